# SPDX-License-Identifier: Apache-2.0
"""What digests of accounts, years, periods, ledgers and shares are taken of: what verbs alone set."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Protocol


class _Account(Protocol):
    @property
    def code(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def type(self) -> str: ...
    @property
    def is_bank_or_cash(self) -> bool: ...
    @property
    def is_active(self) -> bool: ...


class _Span(Protocol):
    @property
    def code(self) -> str: ...
    @property
    def start_date(self) -> date: ...
    @property
    def end_date(self) -> date: ...


class _Ledger(Protocol):
    @property
    def code(self) -> str: ...
    @property
    def base_currency(self) -> str: ...
    @property
    def fiscal_year_start_month(self) -> int: ...


def account_content(account: _Account) -> dict[str, Any]:
    """Return the columns that verbs set; the parent follows from the codes of the others."""
    return {
        "code": account.code,
        "name": account.name,
        "type": account.type,
        "is_bank_or_cash": account.is_bank_or_cash,
        "is_active": account.is_active,
    }


def year_content(year: _Span) -> dict[str, str]:
    """Return the code of a fiscal year and its days, of which the last is inclusive."""
    return {
        "code": year.code,
        "start_date": year.start_date.isoformat(),
        "end_date": year.end_date.isoformat(),
    }


def period_content(period: _Span, *, state: str) -> dict[str, str]:
    """Return the code of a period, its days and its state."""
    return {**year_content(period), "state": state}


def ledger_content(ledger: _Ledger, *, journals: Iterable[str]) -> dict[str, Any]:
    """Return what books are kept in, and the codes of their journals, which come with them."""
    return {
        "code": ledger.code,
        "base_currency": ledger.base_currency,
        "fiscal_year_start_month": ledger.fiscal_year_start_month,
        "journals": sorted(journals),
    }


def viewers_content(viewers: Iterable[str]) -> dict[str, list[str]]:
    """Return with whom an account or an entry is shared."""
    return {"viewers": sorted(viewers)}
