# SPDX-License-Identifier: Apache-2.0
"""Many at once on one set of books: nobody is shown an error, nothing is lost, nothing slips in."""

import random
import threading
import time
from datetime import date
from functools import partial
from uuid import UUID

import pytest
from django.db import connection

from apps.accounting.domain.account_draft import AccountDraft
from apps.accounting.domain.errors import (
    EntryMustNotBeReversedTwice,
    PeriodMustBeOpen,
    ReferenceMustKeepItsContent,
)
from apps.accounting.domain.journal_entry import EntryDraft
from apps.accounting.selectors.accounts import list_accounts
from apps.accounting.selectors.journal_entries import EntryFilters, list_journal_entries
from apps.accounting.selectors.parties import list_parties
from apps.accounting.selectors.periods import list_periods
from apps.accounting.services.close_period import close_period
from apps.accounting.services.create_accounts import create_accounts
from apps.accounting.services.open_fiscal_years import open_fiscal_years
from apps.accounting.services.post_journal_entries import PostedEntry, post_journal_entries
from apps.accounting.services.reverse_journal_entry import reverse_journal_entry
from cortex.database.commit_position import record_commit_position
from cortex.database.transactions import transactional
from tests.factories.books import (
    BANK,
    CAPITAL,
    CONSOLE,
    RENT,
    SALES,
    TAX,
    YEAR,
    Books,
    EntryDraftFactory,
    open_books,
)
from tests.factories.oracle import check_books
from tests.frame.census import census
from tests.frame.clones import Clone
from tests.frame.threads import outcome, together

WAIT_SECONDS = 30
KNOWN = """
SELECT cortex_was_known(e.cluster_epoch, e.recorded_xid, p.cluster_epoch, p.snapshot)
  FROM accounting_journal_entry e, database_commit_position p WHERE e.id = %s AND p.id = %s
"""


@pytest.fixture
def books(committed_database: Clone) -> Books:
    return open_books()


def entries_in(books: Books) -> int:
    """Check the books and return how many entries they have."""
    with books.entered():
        return check_books()


def any_draft(chance: random.Random, **given: object) -> EntryDraft:
    """Return an entry over two to four accounts in an order of its own: a chance for deadlocks."""
    accounts = chance.sample((BANK, SALES, RENT, CAPITAL, TAX), chance.randint(2, 4))
    amounts = {account: chance.randint(1, 99_999) for account in accounts[1:]}
    return EntryDraftFactory(
        amounts={**amounts, accounts[0]: -sum(amounts.values())},
        accounting_date=date(YEAR, chance.randint(4, 6), chance.randint(1, 28)),
        **given,
    )


class TestFiftyPosters:
    @pytest.mark.slow
    def test_leave_no_gap_no_duplicate_and_see_no_error(self, books: Books) -> None:
        def post_some(seed: int) -> list[int]:
            chance = random.Random(seed)
            return [books.post(any_draft(chance)).number for _ in range(6)]

        numbers = together([partial(post_some, seed) for seed in range(50)])
        assert sorted(number for given in numbers for number in given) == list(range(1, 301))
        assert entries_in(books) == 300


class TestBatchesSinglesAndReversals:
    @pytest.mark.slow
    def test_mix_without_an_error(self, books: Books) -> None:
        def work(seed: int) -> int:
            chance = random.Random(seed)
            with books.entered():
                batch = post_journal_entries(
                    company_id=books.company_id,
                    drafts=[any_draft(chance, party=f"Party {chance.randint(1, 9)}") for _ in range(15)],
                    posted_by=CONSOLE,
                    journal_code=chance.choice(("GENERAL", "IMPORT")),
                )
                for entry in batch[:5]:
                    reverse_journal_entry(
                        company_id=books.company_id,
                        entry_id=entry.id,
                        reversed_by=CONSOLE,
                        is_cancellation=chance.random() < 0.5,
                    )
            for _ in range(5):
                books.post(any_draft(chance))
            return len(batch) + 10

        assert sum(together([partial(work, seed) for seed in range(12)])) == 300
        assert entries_in(books) == 300


class TestDeadlock:
    def test_happens_and_is_hidden_by_another_try(self, books: Books) -> None:
        """Two calls post the same two things in opposite order, each holding the first one."""
        meeting, attempts = threading.Barrier(2), []
        sale = EntryDraftFactory(accounting_date=date(YEAR, 4, 1))
        rent = EntryDraftFactory(accounting_date=date(YEAR, 5, 1), amounts={RENT: 500, CAPITAL: -500})
        in_order = [(sale, "GENERAL"), (rent, "IMPORT")]

        def post_both(order: list[tuple[EntryDraft, str]]) -> list[PostedEntry]:
            tries: list[int] = []

            @transactional
            def verb() -> list[PostedEntry]:
                tries.append(1)
                attempts.append(1)
                first = books.post(order[0][0], journal_code=order[0][1])
                if len(tries) == 1:
                    meeting.wait(WAIT_SECONDS)
                return [first, books.post(order[1][0], journal_code=order[1][1])]

            with books.entered():
                return verb()

        posted = together([partial(post_both, in_order), partial(post_both, in_order[::-1])])
        assert len(attempts) >= 3
        assert len({entry.id for both in posted for entry in both}) == 4
        assert entries_in(books) == 4


class TestCloseRacingWithPosters:
    @pytest.mark.slow
    def test_lets_none_slip_in_behind_it(self, books: Books) -> None:
        for month in range(1, 11):
            day, code = date(YEAR, month, 10), f"{YEAR}-{month:02d}"
            posted_at_close = self.race(books, day, code)
            assert posted_at_close == self.entries_of(books, day)
        assert entries_in(books) > 0

    def race(self, books: Books, day: date, code: str) -> int:
        """Return how many entries the month has when its close returns; posters run until refused."""

        def post_until_refused() -> int:
            draft = EntryDraftFactory(accounting_date=day)
            with pytest.raises(PeriodMustBeOpen, match="which is closed"):
                while True:
                    books.post(draft)
            return 0

        def close() -> int:
            time.sleep(random.uniform(0.01, 0.1))
            with books.entered():
                close_period(company_id=books.company_id, period_code=code, closed_by=CONSOLE)
            return self.entries_of(books, day)

        return max(together([close, *[post_until_refused] * 6]))

    def entries_of(self, books: Books, day: date) -> int:
        with books.entered():
            filters = EntryFilters(from_date=day, to_date=day)
            page = list_journal_entries(
                company_id=books.company_id, reader=None, filters=filters, limit=10_000
            )
        return len(page.entries)


class TestSameReferenceAtOnce:
    def test_is_posted_once_and_answered_alike(self, books: Books) -> None:
        draft = EntryDraftFactory(reference="INV-1", party="Harbour Hotel")
        answers = together([partial(books.post, draft)] * 10)
        assert len({(entry.id, entry.number, entry.reference) for entry in answers}) == 1
        assert sum(entry.was_posted for entry in answers) == 1
        assert entries_in(books) == 1

    def test_is_refused_to_those_who_say_something_else(self, books: Books) -> None:
        amounts = [{BANK: 100, SALES: -100}, {BANK: 200, SALES: -200}] * 5
        drafts = [EntryDraftFactory(reference="INV-1", amounts=given) for given in amounts]
        answers = together(
            [outcome(partial(books.post, draft), ReferenceMustKeepItsContent) for draft in drafts]
        )
        taken = [answer for answer in answers if isinstance(answer, PostedEntry)]
        assert len(taken) == 5
        assert len({entry.id for entry in taken}) == 1
        assert entries_in(books) == 1


class TestSameEntryReversedAtOnce:
    def test_is_reversed_once_and_refused_to_all_others(self, books: Books) -> None:
        entry = books.post()

        def reverse() -> PostedEntry:
            with books.entered():
                return reverse_journal_entry(
                    company_id=books.company_id, entry_id=entry.id, reversed_by=CONSOLE
                )

        answers = together([outcome(reverse, EntryMustNotBeReversedTwice)] * 10)
        refused = [answer for answer in answers if isinstance(answer, EntryMustNotBeReversedTwice)]
        assert len(refused) == 9
        assert {refusal.code for refusal in refused} == {"accounting.entry_must_not_be_reversed_twice"}
        assert entries_in(books) == 2


class TestSameThingsCreatedAtOnce:
    def test_opens_each_fiscal_year_once(self, books: Books) -> None:
        def open_years() -> list[str]:
            with books.entered():
                days = [date(YEAR + 1, 5, 1), date(YEAR + 2, 5, 1)]
                return open_fiscal_years(company_id=books.company_id, days=days, opened_by=CONSOLE)

        opened = [code for codes in together([open_years] * 8) for code in codes]
        assert sorted(opened) == [f"{YEAR + 1}", f"{YEAR + 2}"]
        with books.entered():
            assert len(list_periods(company_id=books.company_id, reader=None)) == 36

    def test_creates_each_account_once_and_hangs_it_into_the_tree(self, books: Books) -> None:
        codes = [f"Assets:Stock:{place:02d}" for place in range(20)] + ["Assets", "Assets:Stock"]

        def create(seed: int) -> int:
            drafts = [AccountDraft(code, code, "asset") for code in random.Random(seed).sample(codes, 22)]
            with books.entered():
                return create_accounts(company_id=books.company_id, drafts=drafts, created_by=CONSOLE)

        assert sum(together([partial(create, seed) for seed in range(8)])) == 22
        with books.entered():
            accounts = {
                account.code: account for account in list_accounts(company_id=books.company_id, reader=None)
            }
        assert {accounts[code].parent_id for code in codes[:20]} == {accounts["Assets:Stock"].id}
        assert accounts["Assets:Stock"].parent_id == accounts["Assets"].id == accounts[BANK].parent_id

    def test_makes_one_party_of_one_name(self, books: Books, committed_database: Clone) -> None:
        drafts = [EntryDraftFactory(party=name) for name in ("Harbour Hotel", "Linden Bakery")] * 5
        together([partial(books.post, draft) for draft in drafts])
        with books.entered():
            parties = list_parties(company_id=books.company_id)
        # Whichever of them came first stands first.
        assert sorted(party.name for party in parties) == ["Harbour Hotel", "Linden Bakery"]
        counted = census(committed_database.admin_dsn)
        assert (counted["accounting_party"], counted["accounting_party_name"]) == (2, 2)


class TestCommitPosition:
    def test_does_not_count_what_commits_later(self, books: Books) -> None:
        written, position_taken = threading.Event(), threading.Event()
        positions: list[UUID] = []

        def post_slowly() -> UUID:
            @transactional
            def verb() -> UUID:
                entry = books.post()
                written.set()
                assert position_taken.wait(WAIT_SECONDS)
                return entry.id

            with books.entered():
                return verb()

        def take_position() -> UUID:
            assert written.wait(WAIT_SECONDS)
            # Recorded in a later transaction, and known although it commits before the slow one.
            quick = books.post(EntryDraftFactory(amounts={RENT: 5, CAPITAL: -5}), journal_code="IMPORT").id
            positions.append(record_commit_position())
            position_taken.set()
            return quick

        slow, quick = together([post_slowly, take_position])
        positions.append(record_commit_position())
        assert [self.was_known(books, slow, position) for position in positions] == [False, True]
        assert [self.was_known(books, quick, position) for position in positions] == [True, True]

    @transactional
    def ask(self, entry_id: UUID, position_id: UUID) -> bool:
        with connection.cursor() as cursor:
            cursor.execute(KNOWN, [entry_id, position_id])
            return bool(cursor.fetchone()[0])

    def was_known(self, books: Books, entry_id: UUID, position_id: UUID) -> bool:
        with books.entered():
            return self.ask(entry_id, position_id)
