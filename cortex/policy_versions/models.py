# SPDX-License-Identifier: Apache-2.0
"""A simulation beside requests: who asked for it, how far it is, and why it failed."""

from django.db import models

from cortex.ids import uuid7
from cortex.policy.models import PolicyVersion


class PolicySimulation(models.Model):
    """One run over recorded decisions. What it found stands in its version, once it is whole."""

    class State(models.TextChoices):
        QUEUED = "queued", "Queued"
        RUNNING = "running", "Running"
        SUCCEEDED = "succeeded", "Succeeded"
        FAILED = "failed", "Failed"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    version = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="simulations")
    digest = models.CharField(max_length=64)
    decisions_max = models.PositiveIntegerField()
    asked_by = models.CharField(max_length=200)
    asker = models.JSONField()
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(null=True)
    error = models.JSONField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    claim = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    asked_at = models.DateTimeField()
    # When its message was last put into the queue.
    sent_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "policy_simulation"
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"Simulation {self.id}"

    @property
    def is_finished(self) -> bool:
        """Return whether nothing more will happen."""
        return self.state not in UNFINISHED


UNFINISHED = (PolicySimulation.State.QUEUED, PolicySimulation.State.RUNNING)
