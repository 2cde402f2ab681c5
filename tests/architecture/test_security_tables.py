# SPDX-License-Identifier: Apache-2.0
"""The tables of docs/security name tests that are there, so that no requirement is shown by nothing."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TABLES = sorted((ROOT / "docs" / "security").glob("*.md"))
TEST = re.compile(r"`(?:tests/[\w/]*/)?(test_\w+\.py)(?:::(\w+))?(?:::(\w+))?`")


def missing(text: str) -> list[str]:
    """Return the names of tests in a text that no file of tests holds."""
    return [found[0] for found in TEST.finditer(text) if not _is_there(*found.groups())]


def _is_there(file: str, *names: str | None) -> bool:
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob(file)]
    wanted = [name for name in names if name]
    return any(all(re.search(rf"(def|class) {name}\b", source) for name in wanted) for source in sources)


class TestSecurityTable:
    @pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
    def test_names_tests_that_are_there(self, table: Path) -> None:
        text = table.read_text(encoding="utf-8")
        assert TEST.search(text)
        assert missing(text) == []

    def test_would_be_seen_to_name_another(self) -> None:
        assert missing("`test_routes.py::TestNothing`") == ["`test_routes.py::TestNothing`"]
        assert missing("`tests/architecture/test_nothing.py`") == ["`tests/architecture/test_nothing.py`"]
