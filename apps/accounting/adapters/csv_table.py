# SPDX-License-Identifier: Apache-2.0
"""Read a CSV file strictly: UTF-8, commas, a fixed header, bounded; every fault has its row."""

import csv
import io
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from apps.accounting.domain.journal_import import RowError

if TYPE_CHECKING:
    from _csv import Reader as _Reader

BYTES_MAX = 32 * 1024 * 1024
ROWS_MAX = 250_000
FIELD_CHARACTERS_MAX = 5_000


class CsvTable:
    """Rows of a file with their row number (the file's line, from 1), and the faults met on the way."""

    def __init__(self, *, content: bytes, file: str, columns: Sequence[str]) -> None:
        self.file = file
        self.columns = columns
        self.errors: list[RowError] = []
        self._content = content

    def refuse(self, *, row: int, column: str, code: str, expected: str, got: str, message: str = "") -> None:
        """Note a fault of one cell."""
        shown = got if len(got) <= 60 else got[:60] + "…"
        text = message or f"expected {expected}, got {shown!r}."
        self.errors.append(RowError(self.file, row, column, code, expected, shown, text))

    def rows(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Yield the rows that are whole; faults of shape are noted and skipped."""
        text = self._decoded()
        if text is None:
            return
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        try:
            yield from self._data_rows(reader)
        except csv.Error as error:
            self.refuse(
                row=reader.line_num,
                column="*",
                code="accounting.csv_must_be_well_formed",
                expected="CSV of RFC 4180",
                got=str(error),
            )

    def _decoded(self) -> str | None:
        if len(self._content) > BYTES_MAX:
            size = f"{len(self._content)} bytes"
            self._refuse_file("accounting.file_must_not_be_too_large", f"at most {BYTES_MAX} bytes", size)
            return None
        try:
            text = self._content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            got = f"byte {self._content[error.start]:#04x} at position {error.start}"
            self._refuse_file("accounting.file_must_be_utf8", "text in UTF-8", got)
            return None
        if "\x00" in text:
            self._refuse_file("accounting.file_must_be_utf8", "text in UTF-8 without NUL", "a NUL character")
            return None
        return text

    def _data_rows(self, reader: "_Reader") -> Iterator[tuple[int, dict[str, str]]]:
        header: list[str] = next(reader, [])
        if header != list(self.columns):
            wanted, got = ",".join(self.columns), ",".join(header)
            self._refuse_file("accounting.csv_header_must_match", f"the header {wanted}", got or "nothing")
            return
        for count, cells in enumerate(reader, start=1):
            if count > ROWS_MAX:
                self._refuse_file("accounting.file_must_not_be_too_large", f"at most {ROWS_MAX} rows", "more")
                return
            if cells and self._is_whole(reader.line_num, cells):
                yield reader.line_num, dict(zip(self.columns, cells, strict=True))

    def _is_whole(self, row: int, cells: Sequence[str]) -> bool:
        if len(cells) != len(self.columns):
            expected, got = f"{len(self.columns)} fields", f"{len(cells)} fields"
            code = "accounting.csv_row_must_be_whole"
            self.refuse(row=row, column="*", code=code, expected=expected, got=got)
            return False
        if any(len(cell) > FIELD_CHARACTERS_MAX for cell in cells):
            code, expected = "accounting.csv_row_must_be_whole", f"at most {FIELD_CHARACTERS_MAX} characters"
            self.refuse(row=row, column="*", code=code, expected=expected, got="a longer field")
            return False
        return True

    def _refuse_file(self, code: str, expected: str, got: str) -> None:
        self.refuse(row=1, column="*", code=code, expected=expected, got=got)
