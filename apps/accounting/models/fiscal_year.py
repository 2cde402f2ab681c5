# SPDX-License-Identifier: Apache-2.0
"""The fiscal calendar."""

from django.db import models

from cortex.ids import uuid7


class FiscalYear(models.Model):
    """A fiscal year; journals number their entries per year. Both dates are inclusive."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    company = models.ForeignKey("tenancy.Company", on_delete=models.PROTECT)
    ledger = models.ForeignKey("accounting.Ledger", on_delete=models.PROTECT, related_name="fiscal_years")
    code = models.CharField(max_length=20)
    start_date = models.DateField()
    end_date = models.DateField()

    class Meta:
        db_table = "accounting_fiscal_year"
        ordering = ("start_date",)
        constraints = (
            models.UniqueConstraint(fields=("company", "ledger", "code"), name="fiscal_year_code_unique"),
        )

    def __str__(self) -> str:
        return self.code


class FiscalPeriod(models.Model):
    """A month, usually. Its state says who may still post into it; locked is for good."""

    class State(models.TextChoices):
        OPEN = "open", "Open"
        SOFT_CLOSED = "soft_closed", "Soft-closed"
        CLOSED = "closed", "Closed"
        LOCKED = "locked", "Locked"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    company = models.ForeignKey("tenancy.Company", on_delete=models.PROTECT)
    ledger = models.ForeignKey("accounting.Ledger", on_delete=models.PROTECT, related_name="fiscal_periods")
    fiscal_year = models.ForeignKey("accounting.FiscalYear", on_delete=models.PROTECT, related_name="periods")
    code = models.CharField(max_length=20)
    start_date = models.DateField()
    end_date = models.DateField()
    state = models.CharField(max_length=11, choices=State, default=State.OPEN)

    class Meta:
        db_table = "accounting_fiscal_period"
        ordering = ("start_date",)
        constraints = (
            models.UniqueConstraint(fields=("company", "ledger", "code"), name="fiscal_period_code_unique"),
        )

    def __str__(self) -> str:
        return self.code
