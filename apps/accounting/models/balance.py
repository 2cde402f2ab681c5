# SPDX-License-Identifier: Apache-2.0
"""Balances, kept by the posting function with every line: reports read these, not lines."""

from django.db import models


class AccountDayBalance(models.Model):
    """Gross movements of an account on one day."""

    pk = models.CompositePrimaryKey("company_id", "account_id", "currency", "accounting_date")
    company = models.ForeignKey("tenancy.Company", on_delete=models.PROTECT)
    account = models.ForeignKey("accounting.Account", on_delete=models.PROTECT)
    currency = models.CharField(max_length=3)
    accounting_date = models.DateField()
    debit_minor = models.BigIntegerField()
    credit_minor = models.BigIntegerField()
    line_count = models.BigIntegerField()

    class Meta:
        db_table = "accounting_account_day_balance"


class AccountPeriodBalance(models.Model):
    """Gross movements of an account in one fiscal period."""

    pk = models.CompositePrimaryKey("company_id", "account_id", "currency", "period_id")
    company = models.ForeignKey("tenancy.Company", on_delete=models.PROTECT)
    account = models.ForeignKey("accounting.Account", on_delete=models.PROTECT)
    currency = models.CharField(max_length=3)
    period = models.ForeignKey("accounting.FiscalPeriod", on_delete=models.PROTECT)
    debit_minor = models.BigIntegerField()
    credit_minor = models.BigIntegerField()
    line_count = models.BigIntegerField()

    class Meta:
        db_table = "accounting_account_period_balance"
