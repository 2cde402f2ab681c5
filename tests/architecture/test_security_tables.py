# SPDX-License-Identifier: Apache-2.0
"""The tables of docs/security name tests that are there, so that no requirement is shown by nothing."""

import ast
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TABLES = sorted((ROOT / "docs" / "security").glob("*.md"))
# Where files lie that are named without a path, as the introduction of a document says.
BASE = re.compile(r"[Tt]ests (?:lie in|under) `(tests/[\w/]*)`")
FILE = re.compile(r"\A(?P<path>tests/[\w/]*/)?(?P<file>test_\w+\.py)(?:::(?P<names>\w+(?:::\w+)*))?\Z")
NAMES = re.compile(r"\A(?:Test\w+|test_\w+)(?:::\w+)*\Z")
FRAGMENT = re.compile(r"\A…?[\w…]+\Z")


def missing(text: str) -> list[str]:
    """Return what the last cells of a document's rows name and no file of tests holds.

    A name or a `…piece…` of one belongs to the file that its row named last.
    """
    base = BASE.search(text)
    return [
        token for row in text.splitlines() if row.startswith("|") for token in _missing(row, base and base[1])
    ]


def bare(text: str) -> list[str]:
    """Return the rows whose last cell names no test, and does not say that the requirement does not apply."""
    lines = text.splitlines()
    # The heads of columns stand above no row, and the line under them is none.
    return [
        row
        for above, row in pairwise(lines)
        if above.startswith("|") and row.startswith("| ") and not _shows(row)
    ]


def _shows(row: str) -> bool:
    cell = row.removesuffix("|").rstrip().rpartition("| ")[2]
    tokens = re.findall(r"`([^`]+)`", cell)
    return cell == "does not apply" or any(FILE.match(token) for token in tokens)


def _missing(row: str, base: str | None) -> Iterator[str]:
    last: Path | None = None
    for token in re.findall(r"`([^`]+)`", row.rstrip("| ").rpartition(" | ")[2]):
        if named := FILE.match(token):
            last = ROOT / (named["path"] or base or "") / named["file"]
            if not _holds(last, named["names"] or ""):
                yield token
        elif ("…" in token or NAMES.match(token)) and not (last and _holds(last, token)):
            yield token


def _holds(file: Path, names: str) -> bool:
    if not file.is_file():
        return False
    known = _names_in(file)
    if "…" in names:
        pieces = [re.escape(piece) for piece in names.split("…")]
        wanted = re.compile(r"\A" + r"\w*".join(pieces) + r"\Z")
        return bool(FRAGMENT.match(names)) and any(wanted.match(name.rpartition("::")[2]) for name in known)
    return not names or names in known or any(name.endswith(f"::{names}") for name in known)


def _names_in(file: Path) -> set[str]:
    """Return `TestClass`, `TestClass::test_method` and `test_function` of a file."""
    found: set[str] = set()
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ClassDef):
            methods = [each.name for each in node.body if isinstance(each, ast.FunctionDef)]
            found |= {node.name, *(f"{node.name}::{name}" for name in methods)}
        elif isinstance(node, ast.FunctionDef):
            found.add(node.name)
    return found


def row(tests: str) -> str:
    return f"Tests lie in `tests/architecture/`.\n| 1.1 | so it is | {tests} |"


class TestSecurityTable:
    @pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
    def test_names_tests_that_are_there(self, table: Path) -> None:
        text = table.read_text(encoding="utf-8")
        assert "test_" in text
        assert missing(text) == []
        assert bare(text) == []

    @pytest.mark.parametrize(
        "cell", ["the same", "as 10.4.12", "there is none", "", "`TestNothing`", "`…nothing`"]
    )
    def test_is_seen_to_name_nothing(self, cell: str) -> None:
        table = f"| a | b | test |\n|---|---|---|\n| 1 | so it is | {cell} |"
        assert bare(table) == [table.splitlines()[-1]]

    @pytest.mark.parametrize(
        "named",
        [
            "`test_security_tables.py`",
            "`tests/architecture/test_security_tables.py::TestSecurityTable::test_names_tests_that_are_there`",
            "`test_security_tables.py::test_names_tests_that_are_there`",
            "`test_security_tables.py`: `TestSecurityTable`, `…tests_that_are_there`, `…names…there`",
            "what nobody tests (`none`)",
        ],
    )
    def test_is_right_to_name(self, named: str) -> None:
        assert missing(row(named)) == []

    @pytest.mark.parametrize(
        "named",
        [
            "`test_security_tables.py::TestNothing`",
            "`test_security_tables.py::TestNothing::test_names_tests_that_are_there`",
            "`tests/architecture/test_nothing.py`",
            "`tests/unit/test_security_tables.py`",
            "`TestSecurityTable`",
            "`…tests_that_are_there`",
            "`test_security_tables.py`, `TestNothing`",
            "`test_security_tables.py`, `…nothing_of_the_kind…`",
        ],
    )
    def test_would_be_seen_to_name(self, named: str) -> None:
        assert missing(row(named)) == [re.findall(r"`([^`]+)`", named)[-1]]
