# SPDX-License-Identifier: Apache-2.0
"""Any interleaving of what people do to books, checked against the slow way after it."""

import itertools
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, multiple, rule

from apps.accounting.domain.errors import (
    EntryMustBalance,
    EntryMustNotBeReversedTwice,
    PeriodMustBeOpen,
    PeriodStateMustAllowTheChange,
    ReversalMustNotPrecedeItsEntry,
)
from apps.accounting.domain.journal_entry import EntryDraft, LineDraft
from apps.accounting.selectors.general_ledger import general_ledger_page
from apps.accounting.selectors.trial_balance import trial_balance
from apps.accounting.services.close_period import close_period
from apps.accounting.services.lock_period import lock_period
from apps.accounting.services.open_period import open_period
from apps.accounting.services.post_journal_entries import PostedEntry, post_journal_entries
from apps.accounting.services.post_journal_entry import post_journal_entry
from apps.accounting.services.reverse_journal_entry import reverse_journal_entry
from tests.factories.books import BANK, CAPITAL, CONSOLE, CURRENCY, RENT, SALES, TAX, open_books
from tests.factories.oracle import StoredLine, check_books, stored_lines, summed

ACCOUNTS = (BANK, SALES, RENT, CAPITAL, TAX)
FIRST, LAST = date(2025, 11, 1), date(2026, 2, 28)  # Four months that a change of year divides.
MONTHS = ("2025-11", "2025-12", "2026-01", "2026-02")
TAKES_POSTINGS = ("open", "soft_closed")

_numbers = itertools.count(1)
days = st.integers(0, (LAST - FIRST).days).map(lambda place: FIRST + timedelta(days=place))
amounts = st.integers(1, 10**6) | st.integers(1, 10**12)
months = st.sampled_from(MONTHS)
journals = st.sampled_from(("GENERAL", "IMPORT"))


@st.composite
def drafts(draw: st.DrawFn) -> EntryDraft:
    """Draw a balanced entry of two to five lines, some of them with texts and parties of their own."""
    parts = draw(
        st.lists(st.tuples(st.sampled_from(ACCOUNTS), amounts, st.booleans()), min_size=1, max_size=4)
    )
    signed = [(account, amount if is_debit else -amount) for account, amount, is_debit in parts]
    rest = -sum(amount for _, amount in signed)
    signed += [(draw(st.sampled_from(ACCOUNTS)), rest)] if rest else [(BANK, 1), (BANK, -1)]
    party = draw(st.sampled_from((None, "Harbour Hotel", "Paper & Ink")))
    text = draw(st.sampled_from((None, "own text\nof two lines")))
    return EntryDraft(
        accounting_date=draw(days),
        narration=draw(st.sampled_from(("Sale", "Überweisung", "a\nb"))),
        lines=[LineDraft(account, amount, CURRENCY, party, text) for account, amount in signed],
    )


@dataclass(frozen=True, slots=True)
class Posted:
    """What the machine remembers of an entry."""

    id: UUID
    day: date


class BooksMachine(RuleBasedStateMachine):
    """Each run has a company of its own; what is refused must be what the rules refuse."""

    posted = Bundle("posted")

    @initialize()
    def open_books(self) -> None:
        self.stack = ExitStack()
        self.books = open_books(code=f"RUN{next(_numbers)}", years=(2025, 2026))
        self.stack.enter_context(self.books.entered())
        self.company_id = self.books.company_id
        self.states = dict.fromkeys(MONTHS, "open")
        self.entries = 0

    def _takes(self, *drafted: date) -> bool:
        return all(self.states[f"{day:%Y-%m}"] in TAKES_POSTINGS for day in drafted)

    def _post(self, batch: Sequence[EntryDraft], journal: str) -> list[PostedEntry]:
        try:
            posted = post_journal_entries(
                company_id=self.company_id, drafts=batch, posted_by=CONSOLE, journal_code=journal
            )
        except PeriodMustBeOpen:
            assert not self._takes(*(draft.accounting_date for draft in batch))
            return []
        assert self._takes(*(draft.accounting_date for draft in batch))
        self.entries += len(posted)
        return posted

    @rule(target=posted, draft=drafts(), journal=journals)
    def post(self, draft: EntryDraft, journal: str) -> object:
        return multiple(*(Posted(entry.id, entry.accounting_date) for entry in self._post([draft], journal)))

    @rule(target=posted, batch=st.lists(drafts(), min_size=2, max_size=6), journal=journals)
    def post_batch(self, batch: list[EntryDraft], journal: str) -> object:
        return multiple(*(Posted(entry.id, entry.accounting_date) for entry in self._post(batch, journal)))

    @rule(draft=drafts(), name=st.sampled_from("ABC"))
    def post_under_a_reference_twice(self, draft: EntryDraft, name: str) -> None:
        reference = f"{name}-{self.entries}"
        known = EntryDraft(draft.accounting_date, draft.narration, draft.lines, reference)
        first = self._post([known], "IMPORT")
        if first:
            again = post_journal_entry(
                company_id=self.company_id, draft=known, posted_by=CONSOLE, journal_code="IMPORT"
            )
            assert (again.id, again.number, again.was_posted) == (first[0].id, first[0].number, False)

    @rule(draft=drafts(), cents=st.integers(1, 100))
    def post_out_of_balance(self, draft: EntryDraft, cents: int) -> None:
        lines = [*draft.lines, LineDraft(BANK, cents, CURRENCY)]
        with pytest.raises(EntryMustBalance) as refusal:
            self._post([EntryDraft(draft.accounting_date, "wrong", lines)], "GENERAL")
        assert refusal.value.evidence["difference_minor"] == cents

    @rule(target=posted, entry=posted, later=st.integers(-1, 40), is_cancellation=st.booleans())
    def reverse(self, entry: Posted, later: int, is_cancellation: bool) -> object:
        day = min(entry.day + timedelta(days=later), LAST)
        try:
            reversal = reverse_journal_entry(
                company_id=self.company_id,
                entry_id=entry.id,
                reversed_by=CONSOLE,
                accounting_date=day,
                is_cancellation=is_cancellation,
            )
        except EntryMustNotBeReversedTwice:
            return multiple()
        except ReversalMustNotPrecedeItsEntry:
            assert day < entry.day
            return multiple()
        except PeriodMustBeOpen:
            assert not self._takes(day)
            return multiple()
        self.entries += 1
        return Posted(reversal.id, day)

    @rule(month=months, wanted=st.sampled_from(("open", "soft_closed", "closed", "locked")))
    def change_period(self, month: str, wanted: str) -> None:
        before = self.states[month]
        if wanted == "locked" and sum(state == "locked" for state in self.states.values()):
            return  # One locked month is enough: the others must go on.
        try:
            self._change(month, wanted)
        except PeriodStateMustAllowTheChange:
            assert before in (wanted, "locked") or (wanted == "locked" and before != "closed")
        else:
            self.states[month] = wanted

    def _change(self, month: str, wanted: str) -> None:
        names = {"company_id": self.company_id, "period_code": month}
        if wanted == "open":
            open_period(**names, opened_by=CONSOLE)
        elif wanted == "locked":
            lock_period(**names, locked_by=CONSOLE)
        else:
            close_period(**names, closed_by=CONSOLE, is_soft=wanted == "soft_closed")

    @rule(start=st.none() | days, end=st.none() | days)
    def read_trial_balance(self, start: date | None, end: date | None) -> None:
        report = trial_balance(company_id=self.company_id, reader=None, from_date=start, as_of=end)
        expected = summed([line for line in stored_lines() if _is_within(line, start, end)], "account_id")
        assert {(row.account_id,): (row.debit_minor, row.credit_minor) for row in report.rows} == {
            account: (debit, credit) for account, (debit, credit, _) in expected.items()
        }
        assert report.debit_minor == report.credit_minor
        assert [row.account_code for row in report.rows] == sorted(row.account_code for row in report.rows)

    @rule(
        code=st.sampled_from(ACCOUNTS), start=st.none() | days, end=st.none() | days, size=st.integers(1, 7)
    )
    def read_general_ledger(self, code: str, start: date | None, end: date | None, size: int) -> None:
        page = general_ledger_page(
            company_id=self.company_id, reader=None, account_code=code, from_date=start, as_of=end, limit=size
        )
        lines = sorted(
            (line for line in stored_lines() if line.account_id == page.account.id),
            key=lambda line: (line.accounting_date, line.entry_id, line.line_no),
        )
        opening = sum(line.amount_minor for line in lines if start and line.accounting_date < start)
        wanted = [line for line in lines if _is_within(line, start, end)]
        assert page.opening_minor == opening
        rows = list(page.rows)
        while page.next is not None:
            assert len(page.rows) == size
            page = general_ledger_page(
                company_id=self.company_id,
                reader=None,
                account_code=code,
                as_of=end,
                after=page.next,
                limit=size,
            )
            assert page.opening_minor == rows[-1].running_balance_minor
            rows += page.rows
        running = list(itertools.accumulate((line.amount_minor for line in wanted), initial=opening))[1:]
        assert [(row.entry_id, row.line_no, row.amount_minor) for row in rows] == [
            (line.entry_id, line.line_no, line.amount_minor) for line in wanted
        ]
        assert [row.running_balance_minor for row in rows] == running

    def teardown(self) -> None:
        with self.stack:
            assert check_books() == self.entries


def _is_within(line: StoredLine, start: date | None, end: date | None) -> bool:
    return (start is None or line.accounting_date >= start) and (end is None or line.accounting_date <= end)
