# SPDX-License-Identifier: Apache-2.0
"""The chart of accounts."""

from django.db import models

from cortex.ids import uuid7


class Account(models.Model):
    """An account of the chart. Its code and type never change; it is deactivated, never deleted."""

    class Type(models.TextChoices):
        ASSET = "asset", "Asset"
        LIABILITY = "liability", "Liability"
        EQUITY = "equity", "Equity"
        INCOME = "income", "Income"
        EXPENSE = "expense", "Expense"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    company = models.ForeignKey("tenancy.Company", on_delete=models.PROTECT)
    ledger = models.ForeignKey("accounting.Ledger", on_delete=models.PROTECT, related_name="accounts")
    code = models.CharField(max_length=100)
    name = models.CharField(max_length=200)
    type = models.CharField(max_length=9, choices=Type)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    is_bank_or_cash = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)

    class Meta:
        db_table = "accounting_account"
        ordering = ("code",)
        constraints = (
            models.UniqueConstraint(fields=("company", "ledger", "code"), name="account_code_unique"),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.name}"
