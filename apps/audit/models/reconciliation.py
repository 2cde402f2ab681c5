# SPDX-License-Identifier: Apache-2.0
"""Results of the daily comparison of books and leaves."""

from django.db import models


class AuditReconciliation(models.Model):
    """One comparison of all documents of a company with all leaves written for them."""

    id = models.UUIDField(primary_key=True, editable=False)
    company = models.ForeignKey("tenancy.Company", on_delete=models.PROTECT)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField()
    document_count = models.BigIntegerField()
    difference_count = models.BigIntegerField()
    differences = models.JSONField()

    class Meta:
        db_table = "audit_reconciliation"
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"Reconciliation {self.id}"
