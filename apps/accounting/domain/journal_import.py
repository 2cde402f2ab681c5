# SPDX-License-Identifier: Apache-2.0
"""What an import file says, and what is wrong with it, row by row."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

from apps.accounting.domain.errors import ImportMustBeReadable
from apps.accounting.domain.journal_entry import EntryDraft

ROW_ERRORS_MAX = 100


@dataclass(frozen=True, slots=True)
class RowError:
    """One thing wrong: where it stands, what was expected and got, and what to do. Rows count from 1."""

    file: str
    row: int
    column: str
    code: str
    expected: str
    got: str
    message: str


@dataclass(frozen=True, slots=True)
class ParsedEntry:
    """An entry of the file and the row that it begins in."""

    row: int
    draft: EntryDraft


@dataclass(frozen=True, slots=True)
class ImportSummary:
    """What an import did, or would do when `is_dry_run`. Amounts in minor units of `currency`."""

    entries: int
    lines: int
    entries_posted: int
    entries_known: int
    accounts_created: int
    fiscal_years_opened: Sequence[str]
    total_minor: int
    currency: str
    first_date: date | None
    last_date: date | None
    is_dry_run: bool


def refuse_rows(errors: Sequence[RowError]) -> None:
    """Raise ImportMustBeReadable when there is anything wrong; it carries the first hundred errors."""
    if not errors:
        return
    first = errors[0]
    more = "" if len(errors) == 1 else f" ({len(errors)} errors in all)"
    raise ImportMustBeReadable(
        f"{first.file.capitalize()} file, row {first.row}, column {first.column}: {first.message}{more}",
        evidence={
            "object": f"{first.file} file",
            "rows": [asdict(error) for error in errors[:ROW_ERRORS_MAX]],
            "got": f"{len(errors)} errors",
            "remedy": "correct the rows and import the file again; nothing was posted",
        },
    )
