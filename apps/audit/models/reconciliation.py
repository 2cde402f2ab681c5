# SPDX-License-Identifier: Apache-2.0
"""Results of the daily comparisons: of books, objects and leaves, and of leaves and the signed tree."""

from django.db import models


class AuditReconciliation(models.Model):
    """One comparison of all documents of a company, and of all that its verbs change, with their leaves.

    `earlier_count` are objects without a leaf that could be compared: they are from before there were any.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    company = models.ForeignKey("tenancy.Company", on_delete=models.PROTECT)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField()
    document_count = models.BigIntegerField()
    object_count = models.BigIntegerField(default=0)
    earlier_count = models.BigIntegerField(default=0)
    difference_count = models.BigIntegerField()
    differences = models.JSONField()

    class Meta:
        db_table = "audit_reconciliation"
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"Reconciliation {self.id}"


class PlatformComparison(models.Model):
    """One comparison of what belongs to no company with the leaves of the platform."""

    id = models.UUIDField(primary_key=True, editable=False)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField()
    object_count = models.BigIntegerField()
    earlier_count = models.BigIntegerField()
    difference_count = models.BigIntegerField()
    differences = models.JSONField()

    class Meta:
        db_table = "audit_platform_comparison"
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"Comparison of the platform {self.id}"


class LogComparison(models.Model):
    """One comparison of all stored leaves with the newest signed tree."""

    id = models.UUIDField(primary_key=True, editable=False)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField()
    tree_size = models.BigIntegerField()
    difference_count = models.BigIntegerField()
    differences = models.JSONField()

    class Meta:
        db_table = "audit_log_comparison"
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"Comparison {self.id}"
