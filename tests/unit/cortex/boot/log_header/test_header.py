# SPDX-License-Identifier: Apache-2.0
"""What a header says and what its signature covers."""

import base64
import os
import socket
from pathlib import Path

import orjson
import pytest

from cortex.boot.configuration.artefact.keys import key_id, public_keys, word_of
from cortex.boot.log_header.header import FIELDS
from cortex.boot.log_header.keys import LogKeyMustBeWellFormed, key_in, new_key
from tests.unit.cortex.boot.log_header.logs import KEY, header


class TestHeader:
    def test_names_program_machine_and_start(self) -> None:
        fields = orjson.loads(header())
        assert list(fields) == list(FIELDS)
        assert (fields["host"], fields["pid"]) == (socket.gethostname(), os.getpid())
        assert (fields["process"], fields["time"]) == ("web", "2026-03-31T12:00:00.000+00:00")
        assert all(len(fields[name]) == 64 for name in ("build_digest", "lock_digest", "schema_head"))

    def test_is_signed_under_a_domain_of_its_own(self) -> None:
        fields = orjson.loads(header())
        signature = base64.b64decode(fields.pop("signature"))
        text = orjson.dumps(fields, option=orjson.OPT_SORT_KEYS)
        KEY.public_key().verify(signature, b"codexion-cortex log header v1\n" + text)

    def test_says_when_nobody_signed(self) -> None:
        fields = orjson.loads(header(None))
        assert (fields["key_id"], fields["signature"]) == (None, None)


class TestKey:
    def test_is_read_from_the_environment(self) -> None:
        text = new_key()
        key = key_in(environ={"LOG_SIGNING_KEY": text})
        assert key is not None
        (again,) = public_keys(word_of(key.public_key()))
        assert key_id(again) == key_id(key.public_key())
        assert key_in(environ={}) is None

    def test_is_read_from_a_file(self, tmp_path: Path) -> None:
        file = tmp_path / "key"
        file.write_text(f"{new_key()}\n")
        assert key_in(environ={"LOG_SIGNING_KEY_FILE": str(file)}) is not None

    @pytest.mark.parametrize("text", ["short", "§" * 43, "A" * 44, "A" * 42, "="])
    def test_is_refused_without_being_told(self, text: str) -> None:
        with pytest.raises(LogKeyMustBeWellFormed) as refusal:
            key_in(environ={"LOG_SIGNING_KEY": text})
        assert text not in refusal.value.message.replace("short", "") or text == "="

    def test_is_refused_when_its_file_cannot_be_read(self) -> None:
        with pytest.raises(LogKeyMustBeWellFormed, match="LOG_SIGNING_KEY_FILE"):
            key_in(environ={"LOG_SIGNING_KEY_FILE": "/nonexistent"})
