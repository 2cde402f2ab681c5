# SPDX-License-Identifier: Apache-2.0
"""Whether an entry that comes in again says what the posted one says."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from apps.accounting.domain.errors import ReferenceMustKeepItsContent
from apps.accounting.domain.journal_entry import EntryDraft


class PostedLineLike(Protocol):
    """What is compared of a posted line."""

    @property
    def account_code(self) -> str: ...
    @property
    def party(self) -> str | None: ...
    @property
    def currency(self) -> str: ...
    @property
    def amount_minor(self) -> int: ...
    @property
    def narration(self) -> str | None: ...


class PostedEntryLike(Protocol):
    """What is compared of a posted entry; its narration is None once erased."""

    @property
    def accounting_date(self) -> date: ...
    @property
    def narration(self) -> str | None: ...
    @property
    def lines(self) -> Sequence[PostedLineLike]: ...


def check_same_content(*, draft: EntryDraft, posted: PostedEntryLike, journal: str) -> None:
    """Refuse a draft that differs from the posted entry of its reference; raises ReferenceMustKeepItsContent.

    Texts that were erased cannot differ.
    """
    pairs: list[tuple[str, object, object]] = [
        ("accounting date", posted.accounting_date, draft.accounting_date),
        ("number of lines", len(posted.lines), len(draft.lines)),
    ]
    if posted.narration is not None:
        pairs.append(("narration", posted.narration, draft.narration))
    for line_no, (posted_line, line) in enumerate(zip(posted.lines, draft.lines, strict=False), start=1):
        pairs += [
            (f"line {line_no} account", posted_line.account_code, line.account_code),
            (f"line {line_no} currency", posted_line.currency, line.currency),
            (f"line {line_no} amount in minor units", posted_line.amount_minor, line.amount_minor),
        ]
        if posted_line.narration is not None:
            pairs.append(
                (f"line {line_no} narration", posted_line.narration, line.narration or draft.narration)
            )
        if posted_line.party is not None or line.party is None:
            pairs.append((f"line {line_no} party", posted_line.party, line.party))
    for what, stands, comes in pairs:
        if stands != comes:
            raise _differs(draft, journal, what, stands, comes)


def _differs(
    draft: EntryDraft, journal: str, what: str, stands: object, comes: object
) -> ReferenceMustKeepItsContent:
    return ReferenceMustKeepItsContent(
        f"Reference {draft.reference} in journal {journal}, {what}: posted as {stands}, now {comes}. "
        "A posted entry does not change: reverse it, and post the correction under another reference.",
        evidence={
            "object": draft.reference,
            "field": what,
            "expected": str(stands),
            "got": str(comes),
            "remedy": "reverse the posted entry, and post the correction under another reference",
        },
    )
