# SPDX-License-Identifier: Apache-2.0
"""The program's side: a company with open books, and the OAuth2 client that posts to them."""

from dataclasses import dataclass
from uuid import UUID

from apps.accounting.domain.account_draft import AccountDraft
from apps.accounting.domain.journal_entry import EntryDraft, LineDraft
from apps.accounting.services.create_accounts import create_accounts
from apps.accounting.services.create_ledger import create_ledger
from apps.accounting.services.open_fiscal_years import open_fiscal_years
from bench.stream import ACCOUNTS, BANK, FIRST_DAY, Movement
from cortex import clock
from cortex.identity.create_user import create_user
from cortex.identity.memberships import grant_membership
from cortex.ports.principal import Principal
from cortex.programs.clients.create_client import create_client
from cortex.programs.clients.issue_token import issue_token
from cortex.tenancy.companies import create_company
from cortex.tenancy.scope import scope

CURRENCY = "EUR"
CLIENT = "bench-service"
SCOPES = ("accounting:read", "accounting:write")


@dataclass(frozen=True, slots=True)
class Books:
    """Which books, and who posts."""

    company_id: UUID
    company_code: str
    client: Principal


def open_books(*, code: str) -> Books:
    """Create a company with 100 accounts and an open year, and a client with an accountant's rights."""
    console = Principal.service("console")
    company_id = create_company(code=code, name=code, created_by=console).id
    user = create_user(username=f"{CLIENT}-{code.lower()}", kind="service", created_by=console)
    grant_membership(company_id=company_id, user_id=user.id, roles=["accountant"], granted_by=console)
    create_client(client_id=f"{CLIENT}-{code}", name=code, user=user, scopes=SCOPES, created_by=console)
    with scope([company_id]):
        create_ledger(company_id=company_id, name=code, base_currency=CURRENCY, created_by=console)
        create_accounts(company_id=company_id, drafts=_chart(), created_by=console)
        open_fiscal_years(company_id=company_id, days={FIRST_DAY}, opened_by=console)
    client = Principal(kind="client", id=f"{CLIENT}-{code}", user_id=user.id, scopes=frozenset(SCOPES))
    return Books(company_id=company_id, company_code=code, client=client)


def bearer_token(books: Books) -> str:
    """Issue a token of the client."""
    return issue_token(client_id=books.client.id, scopes=SCOPES, at=clock.now())


def account_code(account: int) -> str:
    """Name an account of the stream."""
    return f"A{account:03d}"


def draft(entry: Movement) -> EntryDraft:
    """Turn an entry of the stream into what the service takes."""
    party = f"Party {entry.party}"
    lines = [
        LineDraft(account_code(entry.debit), entry.amount_minor, CURRENCY, party),
        LineDraft(account_code(entry.credit), -entry.amount_minor, CURRENCY, party),
    ]
    return EntryDraft(entry.day, f"Entry {entry.number}", lines, reference=f"E{entry.number}")


def _chart() -> list[AccountDraft]:
    return [
        AccountDraft(
            code=account_code(account),
            name=f"Account {account}",
            type="asset",
            is_bank_or_cash=account == BANK,
        )
        for account in range(ACCOUNTS)
    ]
