# SPDX-License-Identifier: Apache-2.0
"""The example plugins pass their own tests, lack nothing, and do in the books what they are for."""

from pathlib import Path

import pytest

import apps.plugins
from apps.plugins.adapters.building.folder_manifest import manifest_of
from apps.plugins.services.authoring.examine import examine
from apps.plugins.services.authoring.run_tests import run_tests

EXAMPLES = Path(apps.plugins.__file__).parent / "sdk" / "examples"
NAMES = sorted(path.parent.name for path in EXAMPLES.glob("*/plugin.yaml"))


def test_are_the_three_that_the_documentation_shows() -> None:
    assert NAMES == ["accrual_run", "duplicate_guard", "posting_policy"]


@pytest.mark.parametrize("name", NAMES)
class TestAnExample:
    def test_passes_its_own_tests(self, name: str) -> None:
        assert run_tests(sources=EXAMPLES / name) == 0

    def test_lacks_nothing(self, name: str, tmp_path: Path) -> None:
        findings = examine(sources=EXAMPLES / name, cache=tmp_path / "cache")
        assert [each for each in findings if not each.is_well] == []

    def test_is_translated_in_whole(self, name: str) -> None:
        _, manifest = manifest_of(EXAMPLES / name)
        texts = {"name", "description", *(f"settings.{each}" for each in manifest.settings)}
        assert {language: set(told) for language, told in manifest.translations.items()} == {"de": texts}


def test_a_folder_in_a_project_is_not_configured_by_it(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.pytest.ini_options]\naddopts = ['--no-such-option']\n")
    folder = tmp_path / "guard"
    folder.mkdir()
    (folder / "plugin.yaml").write_bytes((EXAMPLES / "posting_policy" / "plugin.yaml").read_bytes())
    (folder / "test_one.py").write_text("def test_one() -> None:\n    assert True\n")
    assert run_tests(sources=folder) == 0
    (folder / "pytest.ini").write_text("[pytest]\naddopts = --no-such-option\n")
    assert run_tests(sources=folder) == 4
