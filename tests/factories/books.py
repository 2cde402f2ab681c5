# SPDX-License-Identifier: Apache-2.0
"""Companies with books: a small chart, a calendar year, and drafts to post into them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import factory

from apps.accounting.domain.account_draft import AccountDraft
from apps.accounting.domain.journal_code import GENERAL
from apps.accounting.domain.journal_entry import EntryDraft, LineDraft
from apps.accounting.services.create_accounts import create_accounts
from apps.accounting.services.create_ledger import create_ledger
from apps.accounting.services.open_fiscal_years import open_fiscal_years
from apps.accounting.services.post_journal_entries import PostedEntry
from apps.accounting.services.post_journal_entry import post_journal_entry
from cortex.ports.principal import Principal
from cortex.tenancy.scope import scope
from tests.factories.people import create_company

CONSOLE = Principal.service("console")
CURRENCY = "EUR"
YEAR = 2026
BANK, SALES, RENT, CAPITAL, TAX = "Assets:Bank", "Income:Sales", "Expenses:Rent", "Equity", "Liabilities:Tax"
TYPES = {BANK: "asset", SALES: "income", RENT: "expense", CAPITAL: "equity", TAX: "liability"}


class AccountDraftFactory(factory.Factory[AccountDraft]):
    """An account of the small chart's kind."""

    class Meta:
        model = AccountDraft

    code = factory.Sequence(lambda number: f"Assets:Account-{number:03d}")
    name = factory.LazyAttribute(lambda draft: draft.code.rpartition(":")[2])
    type = "asset"


class EntryDraftFactory(factory.Factory[EntryDraft]):
    """A sale of 12.34 on 15 March; `amounts` gives other lines as account: minor units."""

    class Meta:
        model = EntryDraft

    class Params:
        amounts = {BANK: 1_234, SALES: -1_234}
        currency = CURRENCY
        party = None

    accounting_date = date(YEAR, 3, 15)
    narration = "Sale over the counter"
    lines = factory.LazyAttribute(
        lambda draft: [
            LineDraft(code, amount, draft.currency, draft.party) for code, amount in draft.amounts.items()
        ]
    )


@dataclass(frozen=True, kw_only=True)
class Books:
    """A company whose books are open."""

    company_id: UUID
    ledger_id: UUID
    code: str

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Bind the company to the context."""
        with scope([self.company_id]):
            yield

    def post(self, draft: EntryDraft | None = None, *, journal_code: str = GENERAL) -> PostedEntry:
        """Post a draft, or a sale like all others."""
        with self.entered():
            return post_journal_entry(
                company_id=self.company_id,
                draft=draft or EntryDraftFactory(),
                posted_by=CONSOLE,
                journal_code=journal_code,
            )


def open_books(*, code: str = "DEMO", currency: str = CURRENCY, years: tuple[int, ...] = (YEAR,)) -> Books:
    """Create a company with ledger, journals, the small chart and calendar years."""
    company = create_company(code=code, name=f"{code.capitalize()} Trading")
    with scope([company.id]):
        ledger = create_ledger(
            company_id=company.id, name="Main ledger", base_currency=currency, created_by=CONSOLE
        )
        create_accounts(
            company_id=company.id,
            drafts=[AccountDraft(code, code, kind) for code, kind in TYPES.items()],
            created_by=CONSOLE,
        )
        days = [date(year, 1, 1) for year in years]
        open_fiscal_years(company_id=company.id, days=days, opened_by=CONSOLE)
    return Books(company_id=company.id, ledger_id=ledger.id, code=code)
