# SPDX-License-Identifier: Apache-2.0
"""The trial balance as text: CSV and JSON for programs, a table for a terminal."""

import csv
import io
import json
from collections.abc import Iterable, Sequence

from cortex.money import format_amount

HEADER = ("account", "debit_total", "credit_total", "balance")
Row = tuple[str, int, int]


def as_csv(*, rows: Iterable[Row], currency: str) -> str:
    """Return CSV; rows are (account code, debits, credits) in minor units of `currency`."""
    text = io.StringIO()
    # Lines end as RFC 4180 says, in a terminal and in an answer alike.
    writer = csv.writer(text)
    writer.writerow(HEADER)
    writer.writerows(_written(rows, currency))
    return text.getvalue()


def as_json(*, rows: Iterable[Row], currency: str) -> str:
    """Return a JSON list of objects whose amounts are strings; rows as in `as_csv`."""
    objects = [dict(zip(HEADER, row, strict=True)) for row in _written(rows, currency)]
    return json.dumps(objects, ensure_ascii=False, indent=1) + "\n"


def as_table(*, rows: Iterable[Row], currency: str) -> str:
    """Return aligned columns with the totals below; rows as in `as_csv`."""
    listed = list(rows)
    total = ("Total", sum(row[1] for row in listed), sum(row[2] for row in listed))
    lines = [HEADER, *_written([*listed, total], currency)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADER))]
    return "".join(_aligned(line, widths) for line in lines)


def _written(rows: Iterable[Row], currency: str) -> list[Sequence[str]]:
    return [
        (code, *(format_amount(minor, currency) for minor in (debit, credit, debit - credit)))
        for code, debit, credit in rows
    ]


def _aligned(line: Sequence[str], widths: Sequence[int]) -> str:
    code, *amounts = line
    columns = [amount.rjust(width) for amount, width in zip(amounts, widths[1:], strict=True)]
    return "  ".join([code.ljust(widths[0]), *columns]) + "\n"
