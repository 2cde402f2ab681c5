# SPDX-License-Identifier: Apache-2.0
"""A reversal undoes its entry whatever happened since, and keeps nothing that could not be erased."""

import pytest

from apps.accounting.domain.errors import AccountMustBeActive
from apps.accounting.domain.journal_entry import LineDraft
from apps.accounting.models import Account
from apps.accounting.selectors.journal_entry import get_journal_entry
from apps.accounting.services.reverse_journal_entry import reverse_journal_entry
from tests.factories.books import BANK, CONSOLE, SALES, EntryDraftFactory, open_books

LINES = [LineDraft(BANK, 100, "EUR", party="Ada"), LineDraft(SALES, -100, "EUR", party="Ada")]


@pytest.mark.django_db
class TestReversal:
    def test_undoes_an_entry_on_an_account_that_was_deactivated_since(self) -> None:
        books = open_books()
        with books.entered():
            posted = books.post(EntryDraftFactory())
            Account.objects.filter(code=SALES).update(is_active=False)
            with pytest.raises(AccountMustBeActive):
                books.post(EntryDraftFactory())
            reversal = reverse_journal_entry(
                company_id=books.company_id, entry_id=posted.id, reversed_by=CONSOLE
            )
            entry = get_journal_entry(company_id=books.company_id, reader=None, entry_id=posted.id)
        assert entry.reversed_by_id == reversal.id

    def test_copies_no_words_and_keeps_the_party_by_its_id(self) -> None:
        books = open_books()
        with books.entered():
            posted = books.post(EntryDraftFactory(lines=LINES, narration="Loan to Ada"))
            before = get_journal_entry(company_id=books.company_id, reader=None, entry_id=posted.id)
            reversal = reverse_journal_entry(
                company_id=books.company_id, entry_id=posted.id, reversed_by=CONSOLE
            )
            after = get_journal_entry(company_id=books.company_id, reader=None, entry_id=reversal.id)
        assert after.narration == f"Reversal of {before.label}"
        assert [line.party_id for line in after.lines] == [line.party_id for line in before.lines]
        assert None not in [line.party_id for line in after.lines]
