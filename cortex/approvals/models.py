# SPDX-License-Identifier: Apache-2.0
"""Proposals, what is said about them, who stands in for whom, and from when on a second person is needed."""

from django.db import models

from cortex.ids import uuid7
from cortex.ports.authorizer import Resource
from cortex.ports.principal import Principal
from cortex.tenancy.models import Company


class Proposal(models.Model):
    """What somebody wants done. Without a company it is the platform's. What is asked for never changes."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        APPROVED = "approved", "Approved"
        REJECTED = "rejected", "Rejected"
        WITHDRAWN = "withdrawn", "Withdrawn"
        EXPIRED = "expired", "Expired"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+", null=True)
    kind = models.CharField(max_length=100)
    action = models.CharField(max_length=100)
    title = models.CharField(max_length=200)
    summary = models.JSONField()
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    object_type = models.CharField(max_length=100)
    object_id = models.UUIDField(null=True)
    amount_minor = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3, blank=True)
    proposer_kind = models.CharField(max_length=10)
    proposer_id = models.CharField(max_length=150)
    proposer_user_id = models.UUIDField(null=True)
    proposer_scopes = models.JSONField(null=True)
    # A program that a person let act in their name, or a plugin. None: from before it was written down.
    proposer_acts_for_person = models.BooleanField(null=True)
    proposer_certificate = models.CharField(max_length=300, blank=True)
    proposed_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    decided_by = models.CharField(max_length=200, blank=True)
    decided_by_user_id = models.UUIDField(null=True)
    decided_for_user_id = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=1000, blank=True)
    result_type = models.CharField(max_length=100, blank=True)
    result_id = models.UUIDField(null=True)
    failure = models.JSONField(null=True)
    failed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "approvals_proposal"
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"

    @property
    def proposed_by(self) -> str:
        """Return who wants it, as the audit log names actors."""
        return self.proposer.urn

    @property
    def proposer(self) -> Principal:
        """Return who wants it, with the scopes of then; what it may do today is another question."""
        return Principal(
            kind=self.proposer_kind,  # type: ignore[arg-type] # the table allows these kinds only
            id=self.proposer_id,
            user_id=self.proposer_user_id,
            scopes=None if self.proposer_scopes is None else frozenset(self.proposer_scopes),
            acts_for_person=bool(self.proposer_acts_for_person),
        )

    @property
    def is_waiting(self) -> bool:
        """Return whether nobody has decided yet."""
        return self.state == self.State.WAITING

    def is_of(self, principal: Principal) -> bool:
        """Return whether this principal proposed it, itself or through a client that acts for it."""
        same_user = principal.user_id is not None and principal.user_id == self.proposer_user_id
        return same_user or principal.urn == self.proposed_by

    def resource(self) -> Resource:
        """Return the proposal as policies see it."""
        attributes: dict[str, object] = {"action": self.action}
        if self.company_id is not None:
            attributes["company"] = Resource("Cortex::Company", str(self.company_id))
        if self.proposer_user_id is not None:
            # Whoever acts through a client is the same person.
            attributes["proposed_by"] = Resource("Cortex::User", str(self.proposer_user_id))
        if self.amount_minor is not None:
            attributes["amount_minor"] = self.amount_minor
        return Resource("Cortex::Proposal", str(self.id), attributes)


class Comment(models.Model):
    """What somebody said about a proposal; it stays."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+", null=True)
    proposal_id = models.UUIDField()
    author = models.CharField(max_length=200)
    text = models.CharField(max_length=2000)
    written_at = models.DateTimeField()

    class Meta:
        db_table = "approvals_comment"
        ordering = ("id",)

    def __str__(self) -> str:
        return str(self.id)


class Delegation(models.Model):
    """One member decides in another's stead from one instant up to another, which is exclusive."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    from_user_id = models.UUIDField()
    to_user_id = models.UUIDField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    created_at = models.DateTimeField()

    class Meta:
        db_table = "approvals_delegation"
        ordering = ("-id",)

    def __str__(self) -> str:
        return str(self.id)


class EntryLimit(models.Model):
    """What a role, or one member, may enter alone, in minor units of the base currency."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=20, null=True)  # noqa: DJ001 - either a role or a member, by constraint
    user_id = models.UUIDField(null=True)
    entry_limit_minor = models.BigIntegerField()
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "approvals_entry_limit"
        ordering = ("role", "user_id")

    def __str__(self) -> str:
        return f"{self.role or self.user_id} {self.entry_limit_minor}"


class CompanyRule(models.Model):
    """Whether dangerous verbs of a company need a second person; without a row they do not."""

    company = models.OneToOneField(Company, on_delete=models.PROTECT, primary_key=True, related_name="+")
    requires_second_person = models.BooleanField()
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "approvals_company_rule"

    def __str__(self) -> str:
        return f"{self.company_id} {self.requires_second_person}"
