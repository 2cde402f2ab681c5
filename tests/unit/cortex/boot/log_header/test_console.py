# SPDX-License-Identifier: Apache-2.0
"""`cortex logs` as an auditor calls it."""

import json
from pathlib import Path

import pytest

from cortex.boot.configuration.artefact.keys import key_id, word_of
from cortex.boot.log_header.console import main
from cortex.boot.log_header.keys import key_in, new_key
from tests.unit.cortex.boot.log_header.logs import KEY, LINE, OTHER, changed, header

PUBLIC = word_of(KEY.public_key())
MINE = key_id(KEY.public_key())


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand where no installation is."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("LOG_SIGNING_KEY", raising=False)
    return tmp_path


def log(*lines: bytes, name: str = "web.log") -> str:
    Path(name).write_bytes(b"".join(lines))
    return name


class TestVerify:
    def test_tells_what_holds(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["verify", log(header(), LINE), "--key", PUBLIC]) == 0
        assert capsys.readouterr().out == (
            f"web.log: verified: 1 header by key {MINE}; 2 lines, of which the others are not signed.\n"
        )

    def test_tells_which_line_fails_and_why(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["verify", log(header(), LINE, changed({"host": "x"})), "--key", PUBLIC]) == 1
        assert capsys.readouterr().out == (
            f"web.log line 3: changed: the signature of key {MINE} is not over these fields.\n"
            "web.log: REFUSED: 1 of 3 lines.\n"
        )

    def test_tells_it_to_programs(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["verify", log(header()), "--key", PUBLIC, "--json"]) == 0
        told = json.loads(capsys.readouterr().out)
        assert (told["verdict"], told["headers"], told["findings"][0]["header"]["key_id"]) == (
            "verified",
            1,
            MINE,
        )

    def test_takes_several_keys_and_a_file_of_them(self) -> None:
        Path("keys").write_text(f"# ours\n{PUBLIC}\n\n{word_of(OTHER.public_key())}\n")
        file = log(header(), header(OTHER))
        assert main(["verify", file, "--key", "keys"]) == 0
        assert main(["verify", file, "--key", PUBLIC]) == 1

    def test_reads_the_parts_of_a_rotated_log_as_one(self) -> None:
        parts = [log(header(), LINE, name="web.log.1"), log(LINE, header(), name="web.log")]
        assert main(["verify", *parts, "--key", PUBLIC]) == 0
        assert main(["verify", parts[1], "--key", PUBLIC]) == 1

    def test_uses_the_key_of_this_machine(self, monkeypatch: pytest.MonkeyPatch) -> None:
        text = new_key()
        key = key_in(environ={"LOG_SIGNING_KEY": text})
        file = log(header(key))
        assert main(["verify", file]) == 1
        Path(".cortex").mkdir()
        Path(".cortex/env").write_text(f"SECRET_KEY=x\nLOG_SIGNING_KEY={text}\n")
        assert main(["verify", file]) == 0
        monkeypatch.setenv("LOG_SIGNING_KEY", new_key())
        assert main(["verify", file]) == 1

    @pytest.mark.parametrize("words", [["nothing.log"], ["web.log", "--key", "ed25519:no"], ["."]])
    def test_says_what_cannot_be_read(self, words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
        log(header())
        assert main(["verify", *words]) == 2
        assert capsys.readouterr().err.count("\n") == 1


class TestKey:
    def test_prints_the_public_half(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["keygen"]) == 0
        secret = capsys.readouterr().out.strip()
        monkeypatch.setenv("LOG_SIGNING_KEY", secret)
        assert main(["key"]) == 0
        public = capsys.readouterr().out.strip()
        assert public.startswith("ed25519:")
        assert secret not in public

    def test_says_that_there_is_none(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["key"]) == 2
        assert "LOG_SIGNING_KEY: expected a key, got none" in capsys.readouterr().err
