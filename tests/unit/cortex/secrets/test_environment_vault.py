# SPDX-License-Identifier: Apache-2.0
"""Secrets of one machine."""

from pathlib import Path

import pytest

from cortex.confidential import Secret
from cortex.secrets.environment_vault import EnvironmentVault, SecretMustBeReadable


class TestEnvironmentVault:
    def test_reads_a_variable(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SIGNING_KEY", "s3cret")
        assert EnvironmentVault().read_secret(name="SIGNING_KEY") == Secret("s3cret")

    def test_reads_a_file_anew_each_time(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        file = tmp_path / "key"
        monkeypatch.setenv("SIGNING_KEY_FILE", str(file))
        file.write_text("first\n")
        assert EnvironmentVault().read_secret(name="SIGNING_KEY") == Secret("first")
        file.write_text("rotated\n")
        assert EnvironmentVault().read_secret(name="SIGNING_KEY") == Secret("rotated")

    @pytest.mark.parametrize("value", ["", "  \n"])
    def test_knows_none_of_an_empty_one(self, monkeypatch: pytest.MonkeyPatch, value: str) -> None:
        monkeypatch.setenv("SIGNING_KEY", value)
        assert EnvironmentVault().read_secret(name="SIGNING_KEY") is None

    def test_stops_when_an_announced_file_cannot_be_read(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setenv("SIGNING_KEY_FILE", str(tmp_path / "missing"))
        with pytest.raises(SecretMustBeReadable, match="Secret SIGNING_KEY_FILE"):
            EnvironmentVault().read_secret(name="SIGNING_KEY")

    @pytest.mark.parametrize("name", ["../etc/passwd", "lower", ""])
    def test_refuses_a_name_that_is_no_variable(self, name: str) -> None:
        with pytest.raises(SecretMustBeReadable):
            EnvironmentVault().read_secret(name=name)
