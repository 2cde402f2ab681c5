# SPDX-License-Identifier: Apache-2.0
"""Every refusal says object, expected, got and remedy under a stable code, and leaves nothing behind."""

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from pytest_django import DjangoDbBlocker

from apps.accounting.domain.account_draft import AccountDraft
from apps.accounting.domain.journal_entry import EntryDraft, LineDraft
from apps.accounting.services.close_period import close_period
from apps.accounting.services.create_accounts import create_accounts
from apps.accounting.services.create_ledger import create_ledger
from apps.accounting.services.import_journal import import_journal
from apps.accounting.services.lock_period import lock_period
from apps.accounting.services.open_period import open_period
from apps.accounting.services.post_journal_entries import post_journal_entries
from apps.accounting.services.reverse_journal_entry import reverse_journal_entry
from apps.accounting.services.update_account import update_account
from cortex.errors import CortexError
from cortex.identity.principals import principal_of_user
from cortex.ids import uuid7
from cortex.ports.principal import Principal
from cortex.tenancy.companies import company_by_code
from tests.factories.books import BANK, CONSOLE, RENT, SALES, YEAR, Books, EntryDraftFactory, open_books
from tests.factories.people import member, person
from tests.frame import clones
from tests.frame.census import census
from tests.frame.clones import Clone
from tests.frame.server import server

LINES = [LineDraft(BANK, 100, "EUR"), LineDraft(SALES, -100, "EUR")]
JOURNAL = "reference,accounting_date,party,narration,account,debit,credit,currency\n"


def post(books: Books, *drafts: EntryDraft, by: Principal = CONSOLE, journal: str = "GENERAL") -> None:
    post_journal_entries(company_id=books.company_id, drafts=drafts, posted_by=by, journal_code=journal)


def draft(**given: object) -> EntryDraft:
    return EntryDraftFactory(**given)


def reverse(books: Books, **given: object) -> None:
    posted = books.post(EntryDraftFactory(reference="REV")).id
    reverse_journal_entry(company_id=books.company_id, entry_id=posted, reversed_by=CONSOLE)
    reverse_journal_entry(
        **{"company_id": books.company_id, "entry_id": posted, "reversed_by": CONSOLE, **given}
    )


REFUSALS: dict[str, Callable[[Books], object]] = {
    "accounting.entry_must_balance": lambda b: post(b, draft(amounts={BANK: 100, SALES: -99})),
    "accounting.entry_must_have_two_lines": lambda b: post(b, draft(lines=LINES[:1])),
    "accounting.line_amount_must_be_in_range": lambda b: post(b, draft(amounts={BANK: 0, SALES: 0})),
    "accounting.currency_must_be_the_ledgers": lambda b: post(b, draft(currency="USD")),
    "accounting.account_must_exist": lambda b: post(b, draft(amounts={BANK: 5, "Assets:None": -5})),
    "accounting.account_must_be_active": lambda b: post(b, draft(amounts={BANK: 5, RENT: -5})),
    "accounting.account_must_keep_its_type": lambda b: create_accounts(
        company_id=b.company_id,
        drafts=[AccountDraft("New", "New", "asset"), AccountDraft(BANK, "Bank", "liability")],
        created_by=CONSOLE,
    ),
    "accounting.period_must_be_open": lambda b: post(b, draft(), draft(accounting_date=date(YEAR, 1, 5))),
    "accounting.period_must_exist": lambda b: open_period(
        company_id=b.company_id, period_code="2031-01", opened_by=CONSOLE
    ),
    "accounting.period_state_must_allow_the_change": lambda b: lock_period(
        company_id=b.company_id, period_code=f"{YEAR}-05", locked_by=CONSOLE
    ),
    "accounting.journal_must_exist": lambda b: post(b, draft(), journal="PAYROLL"),
    "accounting.reference_must_keep_its_content": lambda b: post(
        b, draft(), draft(reference="INV-1", narration="Something else")
    ),
    "accounting.reference_must_be_unique_in_the_batch": lambda b: post(
        b, draft(reference="INV-2"), draft(reference="INV-2")
    ),
    "accounting.entry_must_exist": lambda b: reverse_journal_entry(
        company_id=b.company_id, entry_id=uuid7(), reversed_by=CONSOLE
    ),
    "accounting.ledger_must_keep_its_currency": lambda b: create_ledger(
        company_id=b.company_id, name="Again", base_currency="USD", created_by=CONSOLE
    ),
    "accounting.import_must_be_readable": lambda b: import_journal(
        company_id=b.company_id,
        accounts=None,
        journal=f"{JOURNAL}A,{YEAR}-03-01,,Sale,{BANK},1e3,,EUR\n".encode(),
        imported_by=CONSOLE,
    ),
}  # fmt: skip


# A policy says so as well: its decision and its leaf stay.
REFUSED_BY_POLICY = {"accounting.period_must_be_open"}


def prepare_books() -> Books:
    """Open books with a posted reference, a closed January and an inactive account."""
    books = open_books()
    books.post(EntryDraftFactory(reference="INV-1"))
    with books.entered():
        close_period(company_id=books.company_id, period_code=f"{YEAR}-01", closed_by=CONSOLE)
        update_account(company_id=books.company_id, account_code=RENT, updated_by=CONSOLE, is_active=False)
    return books


@pytest.fixture
def books(committed_database: Clone) -> Books:
    return prepare_books()


@pytest.fixture(scope="class")
def untouched(
    django_db_setup: None, database_template: str, django_db_blocker: DjangoDbBlocker
) -> Iterator[tuple[Books, str]]:
    """Return books that all refusals share, since each leaves them as they were, and their database."""
    with django_db_blocker.unblock(), clones.clone(server(), template=database_template) as own:
        yield prepare_books(), own.admin_dsn


class TestRefusal:
    @pytest.mark.parametrize("code", REFUSALS)
    def test_names_its_evidence_and_leaves_nothing_behind(
        self, untouched: tuple[Books, str], code: str
    ) -> None:
        books, admin_dsn = untouched
        before = census(admin_dsn)
        with books.entered(), pytest.raises(CortexError) as refusal:
            REFUSALS[code](books)
        assert refusal.value.code == code
        assert refusal.value.evidence["object"]
        assert {"expected", "got", "difference_minor", "remedy"} & refusal.value.evidence.keys()
        assert refusal.value.message.endswith((".", ")"))
        assert census(admin_dsn) == with_refusals(before, 1 if code in REFUSED_BY_POLICY else 0)


class TestSentence:
    def test_of_a_period_says_which_and_what_to_do(self, books: Books) -> None:
        with books.entered(), pytest.raises(CortexError) as refusal:
            REFUSALS["accounting.period_must_be_open"](books)
        assert refusal.value.message == (
            f"Journal entry of {YEAR}-01-05: expected an open fiscal period, got period {YEAR}-01, which is "
            "closed. Choose a date in an open period."
        )

    def test_of_a_day_without_a_year_offers_to_open_it(self, books: Books) -> None:
        with books.entered(), pytest.raises(CortexError) as refusal:
            post(books, draft(accounting_date=date(2031, 1, 5)))
        assert refusal.value.message == (
            "Journal entry of 2031-01-05: expected an open fiscal period, got no fiscal period. "
            "Open the fiscal year, or choose another date."
        )

    def test_of_a_second_reversal_names_the_first(self, books: Books) -> None:
        with books.entered(), pytest.raises(CortexError) as refusal:
            reverse(books)
        assert refusal.value.code == "accounting.entry_must_not_be_reversed_twice"
        assert refusal.value.evidence["reversed_by"] in refusal.value.message


def with_refusals(before: dict[str, int], count: int) -> dict[str, int]:
    """Return the counts after refusals that left what a refusal leaves: its decision and its leaf."""
    told = ("policy_decision", "audit_entry")
    return before | {table: before[table] + count for table in told}


class TestSoftClosedPeriod:
    def test_takes_postings_of_a_controller_and_of_nobody_else(
        self, books: Books, committed_database: Clone
    ) -> None:
        company = company_by_code(code=books.code)
        with books.entered():
            alice, clerk = (
                principal_of_user(member(company, name=name, role=role))
                for name, role in (("alice", "controller"), ("dora", "clerk"))
            )
            close_period(
                company_id=books.company_id, period_code=f"{YEAR}-03", closed_by=CONSOLE, is_soft=True
            )
            before = census(committed_database.admin_dsn)
            with pytest.raises(CortexError) as refusal:
                post(books, draft(), by=clerk)
            assert refusal.value.code == "policy.access_must_be_granted"
            assert census(committed_database.admin_dsn) == with_refusals(before, 1)
            post(books, draft(), by=alice)
        assert census(committed_database.admin_dsn)["accounting_journal_entry"] == 2


class TestStandingCast:
    def test_bob_and_charlie_may_not_post(self, books: Books, committed_database: Clone) -> None:
        company = company_by_code(code=books.code)
        with books.entered():
            bob = principal_of_user(member(company, name="bob", role="auditor"))
            charlie = principal_of_user(person("charlie"))
            before = census(committed_database.admin_dsn)
            for principal in (bob, charlie):
                with pytest.raises(CortexError) as refusal:
                    post(books, draft(), by=principal)
                assert refusal.value.code == "policy.access_must_be_granted"
            assert census(committed_database.admin_dsn) == with_refusals(before, 2)


class TestDryRun:
    def test_tells_what_would_be_done_and_does_nothing(self, books: Books, committed_database: Clone) -> None:
        rows = f"A,2031-03-01,,Sale,{BANK},1.00,,EUR\nA,2031-03-01,,Sale,{SALES},,1.00,EUR\n"
        before = census(committed_database.admin_dsn)
        with books.entered():
            summary = import_journal(
                company_id=books.company_id,
                accounts=None,
                journal=(JOURNAL + rows).encode(),
                imported_by=CONSOLE,
                may_create=True,
                is_dry_run=True,
            )
        assert (summary.is_dry_run, summary.entries_posted, summary.total_minor) == (True, 1, 100)
        assert list(summary.fiscal_years_opened) == ["2031"]
        assert census(committed_database.admin_dsn) == before
