# SPDX-License-Identifier: Apache-2.0
"""Versions of the rules, which was put in force when, and what the nightly jobs found and did by them."""

from django.db import models


class GovernanceVersion(models.Model):
    """A text of rules; it never changes. Version 0, which the program brings along, is no row."""

    id = models.UUIDField(primary_key=True, editable=False)
    number = models.IntegerField(unique=True)
    text = models.TextField()
    digest = models.CharField(max_length=64)
    note = models.CharField(max_length=500)
    author = models.CharField(max_length=200)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "audit_governance_version"
        ordering = ("-number",)

    def __str__(self) -> str:
        return f"Version {self.number}"


class GovernanceActivation(models.Model):
    """That a version was put in force; the newest row says which one is, no version means version 0."""

    id = models.UUIDField(primary_key=True, editable=False)
    version = models.ForeignKey(GovernanceVersion, null=True, on_delete=models.PROTECT)
    reason = models.CharField(max_length=500)
    activated_by = models.CharField(max_length=200)
    activated_at = models.DateTimeField()

    class Meta:
        db_table = "audit_governance_activation"
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"Activation {self.id}"


class RetentionRun(models.Model):
    """What became of one kind of data of a company in one night: done, held, and due but left."""

    id = models.UUIDField(primary_key=True, editable=False)
    company = models.ForeignKey("tenancy.Company", on_delete=models.PROTECT)
    data = models.CharField(max_length=100)
    version_number = models.IntegerField()
    kept_since_date = models.DateField()
    done_count = models.BigIntegerField()
    held_count = models.BigIntegerField()
    left_count = models.BigIntegerField()
    ran_at = models.DateTimeField()

    class Meta:
        db_table = "audit_retention_run"
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.data} {self.ran_at:%Y-%m-%d}"


class RetentionNight(models.Model):
    """That a night was, whatever was due; `counts` maps each kind of data to what was done, held and left.

    `refused_count` are companies that are only read; `failed_count` are companies and kinds of data.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    ran_at = models.DateTimeField()
    version_number = models.IntegerField()
    company_count = models.IntegerField()
    refused_count = models.IntegerField()
    failed_count = models.IntegerField()
    done_count = models.BigIntegerField()
    held_count = models.BigIntegerField()
    left_count = models.BigIntegerField()
    counts = models.JSONField()

    class Meta:
        db_table = "audit_retention_night"
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.ran_at:%Y-%m-%d}"


class GovernanceCheck(models.Model):
    """What was found when the rules in force were held against the program.

    `problems` are the first hundred sentences; `clear_counts` maps each field that is sealed to the rows in
    which it lies in the clear, 10,000 at most.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    checked_at = models.DateTimeField()
    version_number = models.IntegerField()
    problem_count = models.IntegerField()
    problems = models.JSONField()
    clear_counts = models.JSONField()
    clear_count = models.BigIntegerField()

    class Meta:
        db_table = "audit_governance_check"
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"Version {self.version_number} on {self.checked_at:%Y-%m-%d}"
