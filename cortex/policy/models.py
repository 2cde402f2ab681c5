# SPDX-License-Identifier: Apache-2.0
"""Versions of the policies, which of them is in force, what releases bring along, and what was decided."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from cortex.ids import uuid7
from cortex.tenancy.models import Company


class PolicyVersion(models.Model):
    """One text of policies; it never changes, only how far it has come does."""

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        VALIDATED = "validated", "Validated"
        SIMULATED = "simulated", "Simulated"
        APPROVED = "approved", "Approved"
        ACTIVE = "active", "Active"
        RETIRED = "retired", "Retired"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    # The database counts, and hashes: nobody can give a version another number or digest.
    number = models.IntegerField(unique=True, editable=False)
    text = models.TextField()
    digest = models.CharField(max_length=64, editable=False)
    state = models.CharField(max_length=20, choices=State, default=State.DRAFT)
    author = models.CharField(max_length=200)
    note = models.TextField(blank=True)
    created_at = models.DateTimeField()
    validated_at = models.DateTimeField(null=True)
    simulated_at = models.DateTimeField(null=True)
    simulation = models.JSONField(null=True)
    approved_by = models.CharField(max_length=200, null=True)  # noqa: DJ001 - nobody yet is not an empty name
    approved_at = models.DateTimeField(null=True)
    activated_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "policy_version"
        ordering = ("-number",)

    def __str__(self) -> str:
        return f"Version {self.number}"


class PolicyActivation(models.Model):
    """A version that came into force; without one, the policies that the program brings along."""

    id = models.BigIntegerField(primary_key=True)
    version = models.ForeignKey(
        PolicyVersion, null=True, on_delete=models.PROTECT, related_name="activations"
    )
    reason = models.TextField(blank=True)
    activated_by = models.CharField(max_length=200)
    activated_at = models.DateTimeField()

    class Meta:
        db_table = "policy_activation"
        ordering = ("-id",)


class PolicyPackagedText(models.Model):
    """A text that a release brought along as version 0, from this instant on; the newest row counts."""

    id = models.BigIntegerField(primary_key=True)
    text = models.TextField()
    # The database hashes.
    digest = models.CharField(max_length=64, editable=False)
    schema_digest = models.CharField(max_length=64)
    release = models.CharField(max_length=100)
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "policy_packaged_text"
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"Release {self.release}"


class PolicyDecision(models.Model):
    """One answer of the authorizer, with what it was decided on."""

    id = models.UUIDField(primary_key=True, editable=False)
    company = models.ForeignKey(Company, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()
    principal = models.CharField(max_length=200)
    action = models.CharField(max_length=100)
    resource_type = models.CharField(max_length=100)
    resource_id = models.CharField(max_length=200)
    is_allowed = models.BooleanField()
    reason = models.CharField(max_length=500)
    needs = ArrayField(models.CharField(max_length=20))
    policy_ids = ArrayField(models.CharField(max_length=100))
    version = models.IntegerField()
    # Of the text by which version 0 decided; a release from before wrote none down.
    packaged_digest = models.CharField(max_length=64, null=True)  # noqa: DJ001 - unknown is no empty text
    is_break_glass = models.BooleanField()
    question = models.JSONField(null=True)

    class Meta:
        db_table = "policy_decision"
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.principal} {self.action}"
