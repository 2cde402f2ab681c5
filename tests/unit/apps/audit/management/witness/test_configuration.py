# SPDX-License-Identifier: Apache-2.0
"""`witness.toml` is read whole or refused: a log that was left out would be watched by nobody."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from apps.audit.domain.note.keys import VerifierKey
from apps.audit.management.witness.configuration import LOGS_MAX, configuration_text, read_configuration
from apps.audit.management.witness.errors import WitnessMustBeConfigured
from tests.unit.apps.audit.domain.note.signers import log, witness


def written(directory: Path, *, logs: Sequence[VerifierKey], more: str = "") -> Path:
    path = directory / "witness.toml"
    text = configuration_text(name="witness.example/w1", listen="127.0.0.1:8321", logs=logs)
    path.write_text(text + more, encoding="utf-8")
    return path


class TestConfiguration:
    def test_knows_every_key_of_every_log(self, tmp_path: Path) -> None:
        keys = [log().key, log(seed=2).key, log("other.example/log", seed=3).key]
        found = read_configuration(written(tmp_path, logs=keys))
        assert found.logs == {"books.example/log": keys[:2], "other.example/log": keys[2:]}
        assert found.address == ("127.0.0.1", 8321)

    def test_with_more_logs_than_are_watched_is_refused(self, tmp_path: Path) -> None:
        path = written(tmp_path, logs=[log().key] * (LOGS_MAX + 1))
        with pytest.raises(WitnessMustBeConfigured, match=f"at most {LOGS_MAX} keys, got {LOGS_MAX + 1}"):
            read_configuration(path)

    @pytest.mark.parametrize("more", ['extra = "1"\n', "not toml"])
    def test_with_anything_else_is_refused(self, tmp_path: Path, more: str) -> None:
        with pytest.raises(WitnessMustBeConfigured):
            read_configuration(written(tmp_path, logs=[log().key], more=more))

    def test_with_the_key_of_a_witness_as_a_log_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(WitnessMustBeConfigured, match="the key of a witness"):
            read_configuration(written(tmp_path, logs=[witness().key]))
