# SPDX-License-Identifier: Apache-2.0
"""Posted entries and their lines: written once, never changed."""

from django.db import models


class JournalEntry(models.Model):
    """A posted entry. It is corrected by the entry that reverses it, never by a change."""

    id = models.UUIDField(primary_key=True, editable=False)
    company = models.ForeignKey("tenancy.Company", on_delete=models.PROTECT)
    ledger = models.ForeignKey("accounting.Ledger", on_delete=models.PROTECT)
    journal = models.ForeignKey("accounting.Journal", on_delete=models.PROTECT, related_name="entries")
    fiscal_year = models.ForeignKey("accounting.FiscalYear", on_delete=models.PROTECT)
    period = models.ForeignKey("accounting.FiscalPeriod", on_delete=models.PROTECT)
    accounting_date = models.DateField()
    number = models.BigIntegerField()
    reference = models.CharField(max_length=100, null=True)  # noqa: DJ001 - unique where given
    reverses = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="reversed_by")
    is_cancellation = models.BooleanField()
    line_count = models.IntegerField()
    narration_commitment = models.BinaryField()
    posted_by = models.CharField(max_length=200)
    recorded_at = models.DateTimeField()
    digest_version = models.SmallIntegerField(default=1)

    class Meta:
        db_table = "accounting_journal_entry"
        verbose_name_plural = "journal entries"
        ordering = ("-accounting_date", "-id")
        constraints = (
            models.UniqueConstraint(
                fields=("company", "journal", "fiscal_year", "number"), name="journal_entry_number_unique"
            ),
            models.UniqueConstraint(
                fields=("company", "journal", "reference"), name="journal_entry_reference_unique"
            ),
        )

    def __str__(self) -> str:
        return f"{self.accounting_date} no. {self.number}"


class JournalEntryText(models.Model):
    """What the entry says in words; deleting this row erases it, the commitment stays."""

    entry = models.OneToOneField(
        "accounting.JournalEntry", primary_key=True, on_delete=models.PROTECT, related_name="text"
    )
    company = models.ForeignKey("tenancy.Company", on_delete=models.PROTECT)
    salt = models.BinaryField()
    narration = models.CharField(max_length=1000)
    line_narrations = models.JSONField(null=True)

    class Meta:
        db_table = "accounting_journal_entry_text"

    def __str__(self) -> str:
        return self.narration


class JournalLine(models.Model):
    """One line: signed minor units, debit +, credit -."""

    pk = models.CompositePrimaryKey("company_id", "entry_id", "line_no")
    company = models.ForeignKey("tenancy.Company", on_delete=models.PROTECT)
    entry = models.ForeignKey("accounting.JournalEntry", on_delete=models.PROTECT, related_name="lines")
    line_no = models.SmallIntegerField()
    account = models.ForeignKey("accounting.Account", on_delete=models.PROTECT, related_name="lines")
    party = models.ForeignKey("accounting.Party", null=True, on_delete=models.PROTECT)
    period = models.ForeignKey("accounting.FiscalPeriod", on_delete=models.PROTECT)
    accounting_date = models.DateField()
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()

    class Meta:
        db_table = "accounting_journal_line"
        ordering = ("line_no",)
