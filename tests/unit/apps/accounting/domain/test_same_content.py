# SPDX-License-Identifier: Apache-2.0
from dataclasses import replace
from datetime import date

import pytest

from apps.accounting.domain.errors import ReferenceMustKeepItsContent
from apps.accounting.domain.journal_entry import EntryDraft, LineDraft
from apps.accounting.domain.same_content import check_same_content
from tests.unit.apps.accounting.domain.posted import Entry, Line

BANK = LineDraft("Assets:Bank", 1_234, "EUR", "Harbour Hotel")
SALES = LineDraft("Income:Sales", -1_234, "EUR", "Harbour Hotel")
DRAFT = EntryDraft(date(2026, 3, 15), "Sale", [BANK, SALES], reference="INV-1")
DIFFERENT = {
    "accounting date": replace(DRAFT, accounting_date=date(2026, 3, 16)),
    "number of lines": replace(DRAFT, lines=[BANK, SALES, SALES]),
    "narration": replace(DRAFT, narration="Sold"),
    "line 1 account": replace(DRAFT, lines=[replace(BANK, account_code="Assets:Cash"), SALES]),
    "line 2 currency": replace(DRAFT, lines=[BANK, replace(SALES, currency="USD")]),
    "line 2 amount in minor units": replace(DRAFT, lines=[BANK, replace(SALES, amount_minor=-1_233)]),
    "line 1 narration": replace(DRAFT, lines=[replace(BANK, narration="Sold"), SALES]),
    "line 2 party": replace(DRAFT, lines=[BANK, replace(SALES, party="City Library")]),
}


class TestSameContent:
    def test_is_taken_again(self) -> None:
        check_same_content(draft=DRAFT, posted=Entry(), journal="IMPORT")

    @pytest.mark.parametrize("field", DIFFERENT)
    def test_is_refused_where_it_differs_in(self, field: str) -> None:
        with pytest.raises(ReferenceMustKeepItsContent) as refusal:
            check_same_content(draft=DIFFERENT[field], posted=Entry(), journal="IMPORT")
        evidence = refusal.value.evidence
        assert (evidence["object"], evidence["field"]) == ("INV-1", field)
        assert evidence["expected"] != evidence["got"]
        assert evidence["remedy"].startswith("reverse the posted entry")
        assert str(refusal.value).startswith(f"Reference INV-1 in journal IMPORT, {field}: posted as ")

    def test_cannot_differ_in_texts_that_were_erased(self) -> None:
        erased = Entry(
            narration=None,
            lines=[
                Line("Assets:Bank", 1_234, party=None, narration=None),
                Line("Income:Sales", -1_234, party=None, narration=None),
            ],
        )
        check_same_content(draft=replace(DRAFT, narration="Sold"), posted=erased, journal="IMPORT")
