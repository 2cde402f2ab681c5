# SPDX-License-Identifier: Apache-2.0
"""Versions of signed files only grow, whoever starts and however many start at once."""

import json
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cortex.boot.configuration.artefact.errors import VersionMustNotFall, VersionsMustBeRemembered
from cortex.boot.configuration.artefact.record import Artefact
from cortex.boot.configuration.artefact.versions import Versions
from tests.factories.signed_files import Signer, loaded

SITE = Artefact("site.yaml", 7, "k" * 32, "a" * 64, datetime(2099, 1, 1, tzinfo=UTC))
START = "from cortex.boot.configuration import current_configuration as c; print(c().telling.log_level)"


@pytest.fixture
def signer(tmp_path: Path) -> Signer:
    return Signer(tmp_path)


class TestVersions:
    def test_that_fall_are_refused(self, signer: Signer) -> None:
        environment = signer.environment(signer.write("LOG_LEVEL: ERROR", version=7))
        loaded(environment)
        signer.write("LOG_LEVEL: DEBUG", version=6)
        with pytest.raises(VersionMustNotFall) as refusal:
            loaded(environment)
        assert refusal.value.message == "site.yaml: this is version 6, and version 7 was accepted before."

    def test_that_stay_must_be_the_same_bytes(self, signer: Signer) -> None:
        environment = signer.environment(signer.write("LOG_LEVEL: ERROR", version=7))
        loaded(environment)
        loaded(environment)
        signer.write("LOG_LEVEL: DEBUG", version=7)
        with pytest.raises(VersionMustNotFall, match="other bytes were accepted under the same version"):
            loaded(environment)

    def test_are_remembered_for_each_file(self, signer: Signer) -> None:
        first = signer.write("LOG_LEVEL: ERROR", name="base.yaml", version=7)
        loaded(signer.environment(first))
        loaded(signer.environment(signer.write("LOG_LEVEL: DEBUG", version=2)))
        state = signer.directory / "seen.json"
        assert {name: seen["version"] for name, seen in json.loads(state.read_text())["seen"].items()} == {
            "base.yaml": 7,
            "site.yaml": 2,
        }
        assert stat.S_IMODE(state.stat().st_mode) == 0o600

    @pytest.mark.parametrize("content", ["", "[]", '{"format": 2, "seen": {}}', '{"format": 1, "seen": [1]}'])
    def test_that_cannot_be_read_stop_the_start(self, content: str, tmp_path: Path) -> None:
        (tmp_path / "seen.json").write_text(content)
        with pytest.raises(VersionsMustBeRemembered, match="expected the versions seen before"):
            Versions(tmp_path / "seen.json", {}).require([SITE])

    def test_that_cannot_be_written_stop_the_start(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        with pytest.raises(VersionsMustBeRemembered, match="set CORTEX_CONFIG_STATE to a file that outlives"):
            Versions(tmp_path / "file" / "seen.json", {}).remember([SITE])

    def test_that_another_process_raised_meanwhile_are_seen(self, tmp_path: Path) -> None:
        versions = Versions(tmp_path / "seen.json", {})
        versions.require([SITE])
        Versions(tmp_path / "seen.json", {}).remember([replace(SITE, version=8)])
        with pytest.raises(VersionMustNotFall):
            versions.remember([SITE])

    def test_are_all_remembered_when_many_write_at_once(self, tmp_path: Path) -> None:
        versions = Versions(tmp_path / "seen.json", {})
        items = [replace(SITE, name=f"{number}.yaml") for number in range(20)]
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda item: versions.remember([item]), items))
        assert len(json.loads((tmp_path / "seen.json").read_text())["seen"]) == 20

    @pytest.mark.slow
    def test_let_processes_start_at_once(self, signer: Signer) -> None:
        path = signer.write("LOG_LEVEL: ERROR", version=7)
        environment = signer.environment(path, DJANGO_SETTINGS_MODULE="settings.test")
        started = [
            subprocess.Popen(
                [sys.executable, "-c", START],
                env=environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            for _ in range(4)
        ]
        assert [process.communicate() for process in started] == [("ERROR\n", "")] * 4
        assert json.loads((signer.directory / "seen.json").read_text())["seen"]["site.yaml"]["version"] == 7


class TestLeastVersions:
    def test_of_a_file_that_is_not_given_stop_the_start(self, signer: Signer) -> None:
        """A misspelt name would bound nothing, and where versions are remembered nobody would notice."""
        environment = signer.environment(
            signer.write("LOG_LEVEL: ERROR", version=7), CORTEX_CONFIG_VERSION_MIN="site.yml=7,site.yaml=7"
        )
        with pytest.raises(VersionsMustBeRemembered) as refusal:
            loaded(environment)
        assert refusal.value.message == (
            "CORTEX_CONFIG_VERSION_MIN: expected names of the files that are given (site.yaml),"
            " got 'site.yml'."
        )


class TestWithoutMemory:
    def test_the_environment_must_name_the_least_version(self, signer: Signer) -> None:
        environment = signer.environment(
            signer.write("LOG_LEVEL: ERROR", version=7), CORTEX_CONFIG_STATE="none"
        )
        with pytest.raises(VersionsMustBeRemembered, match=r"must say the least version of site.yaml"):
            loaded(environment)
        loaded({**environment, "CORTEX_CONFIG_VERSION_MIN": "site.yaml=7"})
        with pytest.raises(VersionMustNotFall, match="asks for 8 at least"):
            loaded({**environment, "CORTEX_CONFIG_VERSION_MIN": "base.yaml=1, site.yaml=8"})

    @pytest.mark.parametrize("given", ["site.yaml", "site.yaml=", "=1", "site.yaml=-1", "site.yaml=²"])
    def test_a_malformed_least_version_stops_the_start(self, given: str, signer: Signer) -> None:
        environment = signer.environment(signer.write("LOG_LEVEL: ERROR"), CORTEX_CONFIG_VERSION_MIN=given)
        with pytest.raises(VersionsMustBeRemembered, match="expected FILE=VERSION"):
            loaded(environment)
