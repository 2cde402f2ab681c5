# SPDX-License-Identifier: Apache-2.0
"""Journals and their gap-free numbers."""

from django.db import models

from cortex.ids import uuid7


class Journal(models.Model):
    """A book of first entry; numbers run without a gap per journal and fiscal year."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    company = models.ForeignKey("tenancy.Company", on_delete=models.PROTECT)
    ledger = models.ForeignKey("accounting.Ledger", on_delete=models.PROTECT, related_name="journals")
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=200)

    class Meta:
        db_table = "accounting_journal"
        ordering = ("code",)
        constraints = (
            models.UniqueConstraint(fields=("company", "ledger", "code"), name="journal_code_unique"),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class JournalCounter(models.Model):
    """The last number given in a journal and fiscal year."""

    pk = models.CompositePrimaryKey("company_id", "journal_id", "fiscal_year_id")
    company = models.ForeignKey("tenancy.Company", on_delete=models.PROTECT)
    journal = models.ForeignKey("accounting.Journal", on_delete=models.PROTECT)
    fiscal_year = models.ForeignKey("accounting.FiscalYear", on_delete=models.PROTECT)
    last_number = models.BigIntegerField()

    class Meta:
        db_table = "accounting_journal_counter"
