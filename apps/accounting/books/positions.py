# SPDX-License-Identifier: Apache-2.0
"""Places in keyset-paged lists, as one word of an address."""

from datetime import date, datetime
from uuid import UUID

from apps.accounting.selectors.general_ledger import LinePosition
from apps.accounting.selectors.journal_entries import EntryPosition
from apps.audit.published import LeafPlace
from cortex.errors import Malformed

_MARK = "~"


class PagePositionMustBeReadable(Malformed):
    """An address names a place in a list that was not made by these pages."""

    code = "accounting.page_position_must_be_readable"


def entry_word(position: EntryPosition) -> str:
    """Write a place in the list of entries."""
    return f"{position.accounting_date}{_MARK}{position.id}"


def read_entry_word(word: str | None) -> EntryPosition | None:
    """Read a place in the list of entries, None where none is given; raises PagePositionMustBeReadable."""
    if not word:
        return None
    try:
        day, entry_id = word.split(_MARK)
        return EntryPosition(date.fromisoformat(day), UUID(entry_id))
    except ValueError as error:
        raise _unreadable(word) from error


def line_word(position: LinePosition) -> str:
    """Write a place in the lines of an account."""
    return f"{position.accounting_date}{_MARK}{position.entry_id}{_MARK}{position.line_no}"


def read_line_word(word: str | None) -> LinePosition | None:
    """Read a place in the lines of an account, None where none is given; raises as read_entry_word."""
    if not word:
        return None
    try:
        day, entry_id, line_no = word.split(_MARK)
        return LinePosition(date.fromisoformat(day), UUID(entry_id), int(line_no[:9]))
    except ValueError as error:
        raise _unreadable(word) from error


def leaf_word(place: LeafPlace) -> str:
    """Write a place in the audit log."""
    return f"{place.recorded_at.isoformat()}{_MARK}{place.entry_id}"


def read_leaf_word(word: str | None) -> LeafPlace | None:
    """Read a place in the audit log, None where none is given; raises as read_entry_word."""
    if not word:
        return None
    try:
        recorded_at, entry_id = word.split(_MARK)
        at, number = datetime.fromisoformat(recorded_at), int(entry_id[:18])
    except ValueError as error:
        raise _unreadable(word) from error
    if at.tzinfo is None:
        raise _unreadable(word)
    return LeafPlace(at, number)


def _unreadable(word: str) -> PagePositionMustBeReadable:
    return PagePositionMustBeReadable(
        f"Place in the list {word[:80]!r}: expected one made by these pages. Begin at the first page.",
        evidence={"object": "page position", "got": word[:80], "remedy": "begin at the first page"},
    )
