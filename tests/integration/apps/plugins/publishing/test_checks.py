# SPDX-License-Identifier: Apache-2.0
"""The automated checks, for real: sources are read, built, and run in the sandbox."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from apps.plugins.domain.marketplace.checks import NAMES
from apps.plugins.domain.marketplace.source_archive import pack_sources
from apps.plugins.services.marketplace.automated_checks import check_submission
from tests.factories.publishing import SOURCES, manifest_text


def outcomes(sources: Mapping[str, bytes], **manifest: str) -> dict[str, str]:
    archive = pack_sources(manifest=manifest_text(**manifest), sources=sources)
    checked = check_submission(archive=archive, before=None, progress=lambda done, message: None)
    assert [each.name for each in checked.results] == list(NAMES)
    return {each.name: str(each.outcome) for each in checked.results}


@pytest.mark.slow
class TestGoodSources:
    def test_pass_every_check_and_give_a_bundle(self) -> None:
        told: list[tuple[int, str]] = []
        archive = pack_sources(manifest=manifest_text(), sources=SOURCES)
        checked = check_submission(archive=archive, before=None, progress=lambda *args: told.append(args))
        assert {str(each.outcome) for each in checked.results} == {"passed"}, checked.results
        assert checked.bundle is not None
        assert [done for done, _ in told] == [0, 7, 8]


class TestBadSources:
    def test_are_not_built(self, tmp_path: Path) -> None:
        """What would tell of itself if anything ran it is only read."""
        sprung = tmp_path / "sprung"
        source = f"import ctypes\nopen({str(sprung)!r}, 'w')\nKEY = 'AKIA{'ABCDEFGHIJKLMNOP'}'\n"
        found = outcomes({"plugin.py": source.encode()}, licence="Proprietary")
        assert [name for name, outcome in found.items() if outcome == "failed"] == [
            "licence",
            "secrets",
            "static_rules",
        ]
        assert [found[name] for name in ("build", "smoke_run", "size_and_speed")] == ["could_not"] * 3
        assert not sprung.exists()

    def test_that_bring_the_parser_down_fail_by_themselves(self) -> None:
        """A text that ends or exhausts the reader is refused; the worker goes on."""
        found = outcomes({"plugin.py": b"x = " + b"-" * 400_000 + b"1\n"})
        assert found["static_rules"] == "failed"

    def test_with_foreign_packages_fail(self) -> None:
        assert outcomes({"plugin.py": b"import requests\n"})["dependencies"] == "failed"
