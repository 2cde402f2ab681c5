# SPDX-License-Identifier: Apache-2.0
"""A place in a list survives its way through an address, and nothing else is taken for one."""

from datetime import date
from uuid import UUID

import pytest

from apps.accounting.books.positions import (
    PagePositionMustBeReadable,
    entry_word,
    line_word,
    read_entry_word,
    read_line_word,
)
from apps.accounting.selectors.general_ledger import LinePosition
from apps.accounting.selectors.journal_entries import EntryPosition

ID = UUID("01a20480-8a0b-7025-b399-37ede330d6e7")


class TestPosition:
    def test_of_an_entry_comes_back(self) -> None:
        position = EntryPosition(date(2026, 3, 15), ID)
        assert read_entry_word(entry_word(position)) == position

    def test_of_a_line_comes_back(self) -> None:
        position = LinePosition(date(2026, 3, 15), ID, 7)
        assert read_line_word(line_word(position)) == position

    @pytest.mark.parametrize("word", [None, ""])
    def test_left_out_is_the_beginning(self, word: str | None) -> None:
        assert read_entry_word(word) is None
        assert read_line_word(word) is None

    @pytest.mark.parametrize("word", ["x", "2026-03-15", f"2026-02-30~{ID}", f"2026-03-15~{ID}~seven~8"])
    def test_made_elsewhere_is_refused(self, word: str) -> None:
        with pytest.raises(PagePositionMustBeReadable, match="Begin at the first page"):
            read_entry_word(word)
        with pytest.raises(PagePositionMustBeReadable):
            read_line_word(word)
