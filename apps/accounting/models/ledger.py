# SPDX-License-Identifier: Apache-2.0
"""The ledger: a company's books in one base currency."""

from django.db import models

from cortex.ids import uuid7


class Ledger(models.Model):
    """Base currency, fiscal calendar and locale of a company's books."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    company = models.ForeignKey("tenancy.Company", on_delete=models.PROTECT)
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=200)
    base_currency = models.CharField(max_length=3)
    fiscal_year_start_month = models.PositiveSmallIntegerField(default=1)
    locale = models.CharField(max_length=20, default="en")

    class Meta:
        db_table = "accounting_ledger"
        constraints = (models.UniqueConstraint(fields=("company", "code"), name="ledger_code_unique"),)

    def __str__(self) -> str:
        return f"{self.code} {self.name}"
