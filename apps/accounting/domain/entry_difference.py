# SPDX-License-Identifier: Apache-2.0
"""Which column of an entry was changed: a digest says that one was, trying says which."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from apps.accounting.domain.entry_digest import VERSIONS, PostedContent, entry_digest


@dataclass(frozen=True, slots=True)
class ChangedColumn:
    """A column, what was posted, and what stands there now."""

    column: str
    expected: str
    got: str


def changed_column(
    *,
    content: PostedContent,
    digest: str,
    posted_by: str,
    accounting_date: date | None,
    of_lines: Sequence[tuple[str, int]] = (),
) -> ChangedColumn:
    """Return the column whose likely value gives the leaf's digest, or the whole content where none does.

    What the leaf says besides its digest (who, which day) and what the books must be (balanced) gives
    one likely value for each column; only the value that was posted gives the digest. `of_lines` are the
    transactions and clusters of the lines, which are those of their entry.
    """
    for change, tried in (*_recordings(content, of_lines), *_likely(content, posted_by, accounting_date)):
        if entry_digest(tried) == digest:
            return change
    return ChangedColumn("content", expected=digest, got=entry_digest(content))


def _likely(
    content: PostedContent, posted_by: str, accounting_date: date | None
) -> Iterator[tuple[ChangedColumn, PostedContent]]:
    yield from _amounts(content)
    yield (
        ChangedColumn("posted_by", posted_by, content.posted_by),
        replace(content, posted_by=posted_by),
    )
    if accounting_date is not None:
        yield (
            ChangedColumn(
                "accounting_date", accounting_date.isoformat(), content.accounting_date.isoformat()
            ),
            replace(content, accounting_date=accounting_date),
        )
    other = not content.is_cancellation
    yield (
        ChangedColumn("is_cancellation", str(other), str(content.is_cancellation)),
        replace(content, is_cancellation=other),
    )
    for near in (content.number - 1, content.number + 1):
        yield ChangedColumn("number", str(near), str(content.number)), replace(content, number=near)
    yield ChangedColumn("reference", "none", repr(content.reference)), replace(content, reference=None)


def _recordings(
    content: PostedContent, of_lines: Sequence[tuple[str, int]]
) -> Iterator[tuple[ChangedColumn, PostedContent]]:
    recorded = content.recorded
    for xid, epoch in sorted(set(of_lines)):
        tried = replace(recorded, xid=xid, cluster_epoch=epoch)
        change = ChangedColumn(
            "recorded_xid", f"{xid} of cluster {epoch}", f"{recorded.xid} of cluster {recorded.cluster_epoch}"
        )
        yield change, replace(content, recorded=tried)
    for version in VERSIONS:
        if version != content.version:
            change = ChangedColumn("digest_version", str(version), str(content.version))
            yield change, replace(content, version=version)


def _amounts(content: PostedContent) -> Iterator[tuple[ChangedColumn, PostedContent]]:
    """Yield each line with the amount that would balance the entry again."""
    excess = sum(line.amount_minor for line in content.lines)
    for place, line in enumerate(content.lines):
        if excess == 0 or excess == line.amount_minor:
            continue
        fixed = replace(line, amount_minor=line.amount_minor - excess)
        lines = [*content.lines[:place], fixed, *content.lines[place + 1 :]]
        change = ChangedColumn(
            f"line {line.line_no} amount_minor", str(fixed.amount_minor), str(line.amount_minor)
        )
        yield change, replace(content, lines=lines)
