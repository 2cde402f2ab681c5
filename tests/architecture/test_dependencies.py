# SPDX-License-Identifier: Apache-2.0
"""docs/dependencies.md names exactly what requirements/*.in ask for, each with a floor and a comparison."""

import re
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tools.checks.tracked import ROOT

INPUTS = sorted((ROOT / "requirements").glob("*.in"))
PAGE = (ROOT / "docs" / "dependencies.md").read_text()
ROW = re.compile(
    r"^\| `(?P<package>[^`]+)` \| (?P<purpose>[^|]+) \| (?P<cost>[^|]+) \| (?P<compared>[^|]+) \|$"
)


def requirements(path: Path) -> list[Requirement]:
    lines = path.read_text().splitlines()
    return [Requirement(line) for line in lines if line and not line.startswith(("#", "-r "))]


def rows(path: Path) -> list[dict[str, str]]:
    _, _, section = PAGE.partition(f"\n## {path.name}: ")
    matches = (ROW.match(line) for line in section.partition("\n## ")[0].splitlines())
    return [match.groupdict() for match in matches if match]


def test_every_process_has_a_section() -> None:
    sections = re.findall(r"^## (\S+\.in): ", PAGE, re.MULTILINE)
    assert sorted(sections) == [path.name for path in INPUTS]


@pytest.mark.parametrize("path", INPUTS, ids=lambda path: path.stem)
class TestInput:
    def test_names_the_packages_of_its_section(self, path: Path) -> None:
        assert [row["package"] for row in rows(path)] == [item.name for item in requirements(path)]

    def test_says_for_each_what_it_is_for_and_what_it_was_compared_with(self, path: Path) -> None:
        cells = [cell.strip() for row in rows(path) for cell in row.values()]
        assert "" not in cells

    def test_has_a_floor_for_each(self, path: Path) -> None:
        floors = {item.name: {part.operator for part in item.specifier} for item in requirements(path)}
        assert [name for name, operators in floors.items() if ">=" not in operators] == []

    def test_has_a_lock_with_a_hash_for_each(self, path: Path) -> None:
        lock = path.with_suffix(".txt").read_text()
        names = {item.name.lower() for item in requirements(path)}
        pinned = set(re.findall(r"^([a-z0-9-]+)(?:\[[^]]*\])?==\S+(?: ; [^\\]+)? \\$", lock, re.MULTILINE))
        assert names - pinned == set()
