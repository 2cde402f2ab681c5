# SPDX-License-Identifier: Apache-2.0
"""A job: what was asked for, how far it is, and what came of it."""

from django.db import models

from cortex.ids import uuid7
from cortex.ports.principal import Authentication, Principal
from cortex.tenancy.models import Company


class Job(models.Model):
    """One piece of work of one company. Watchers read it while the work's own transaction is open."""

    class State(models.TextChoices):
        QUEUED = "queued", "Queued"
        RUNNING = "running", "Running"
        SUCCEEDED = "succeeded", "Succeeded"
        FAILED = "failed", "Failed"
        CANCELLED = "cancelled", "Cancelled"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=100)
    owner_kind = models.CharField(max_length=10)
    owner_id = models.CharField(max_length=150)
    owner_user_id = models.UUIDField(null=True)
    owner_scopes = models.JSONField(null=True)
    # A program that a person let act in their name: the job is theirs, and not the program's own.
    owner_acts_for_person = models.BooleanField(default=False)
    # False for a program's job from before it was written down whether it acts for a person.
    owner_is_known = models.BooleanField(default=True)
    # The SPIFFE id of the certificate that came with the request; what policies asked for then, they see now.
    owner_certificate = models.CharField(max_length=255, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(null=True)
    message = models.CharField(max_length=500, blank=True)
    input = models.JSONField(default=dict)
    files = models.JSONField(default=list)
    result = models.JSONField(null=True)
    error = models.JSONField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    claim = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    # When the schedule last sent it again; None for a job whose first message is still trusted.
    sent_at = models.DateTimeField(null=True)
    cancel_requested_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "jobs_job"
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"

    @property
    def owner_urn(self) -> str:
        """Return who asked for it, as the audit log names actors."""
        return self.owner.urn

    @property
    def owner(self) -> Principal:
        """Return the principal that asked for it."""
        return Principal(
            kind=self.owner_kind,  # type: ignore[arg-type] # the table allows the three kinds only
            id=self.owner_id,
            user_id=self.owner_user_id,
            scopes=None if self.owner_scopes is None else frozenset(self.owner_scopes),
            acts_for_person=self.owner_acts_for_person,
            authentication=Authentication(certificate=self.owner_certificate or None),
        )

    @property
    def is_finished(self) -> bool:
        """Return whether nothing more will happen."""
        return self.state not in (self.State.QUEUED, self.State.RUNNING)
