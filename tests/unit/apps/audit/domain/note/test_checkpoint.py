# SPDX-License-Identifier: Apache-2.0
import itertools
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.audit.domain.note.checkpoint import Checkpoint
from apps.audit.domain.note.errors import (
    CheckpointMustBeWellFormed,
    NoteMustBeWellFormed,
    WitnessRequestMustBeWellFormed,
)
from apps.audit.domain.note.signed_note import SignedNote
from apps.audit.domain.note.witness_request import WitnessRequest
from cortex.errors import Malformed
from tests.unit.apps.audit.domain.note.signers import log

ROOT = bytes(range(32))
LINES = st.text(st.characters(min_codepoint=0x20, exclude_categories=("Cs",)), min_size=1, max_size=40)
CHECKPOINTS = st.builds(
    Checkpoint,
    origin=LINES,
    size=st.integers(0, 2**63 - 1),
    root=st.binary(min_size=32, max_size=32),
    extensions=st.lists(LINES, max_size=3).map(tuple),
)
WELL = Checkpoint(origin="books.example/log", size=20852163, root=ROOT)


class TestACheckpoint:
    @given(CHECKPOINTS)
    def test_is_read_as_it_was_written(self, checkpoint: Checkpoint) -> None:
        assert Checkpoint.parse(checkpoint.text) == checkpoint

    def test_is_origin_size_and_root_in_lines(self) -> None:
        assert WELL.text == "books.example/log\n20852163\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n"

    @pytest.mark.parametrize(
        "change",
        [
            lambda text: text[:-1],
            lambda text: text + "\n",
            lambda text: text.replace("2085", "02085"),
            lambda text: text.replace("2085", "+2085"),
            lambda text: text.replace("2085", "2085 "),
            lambda text: text.replace("20852163", ""),
            lambda text: text.replace("20852163", str(2**63)),
            lambda text: text.replace("=", ""),
            lambda text: text.replace("Hh8=", "Hh9="),
            lambda text: text.replace("AAEC", "", 1),
            lambda text: text[text.index("\n") :],
            lambda text: text.replace("\n2085", "\n\n2085"),
            lambda text: "\n".join(text.split("\n")[:2]) + "\n",
            lambda text: "x" * 256 + text,
            lambda text: "",
        ],
        ids=itertools.count(1),
    )
    def test_that_is_malformed_is_refused(self, change: Callable[[str], str]) -> None:
        with pytest.raises(CheckpointMustBeWellFormed):
            Checkpoint.parse(change(WELL.text))

    @pytest.mark.parametrize(
        "parts", [{"size": -1}, {"root": b"short"}, {"origin": ""}, {"origin": "a\nb"}, {"extensions": ("",)}]
    )
    def test_that_could_be_read_otherwise_is_never_made(self, parts: dict[str, object]) -> None:
        with pytest.raises(CheckpointMustBeWellFormed):
            Checkpoint(**{"origin": "a", "size": 1, "root": ROOT, **parts})  # type: ignore[arg-type]


class TestARequestToAWitness:
    NOTE = SignedNote(text=WELL.text, signatures=(log().line(WELL.text),))

    @given(st.integers(0, 2**63 - 1), st.lists(st.binary(min_size=32, max_size=32), max_size=63).map(tuple))
    def test_is_read_as_it_was_written(self, old: int, proof: tuple[bytes, ...]) -> None:
        request = WitnessRequest(old_size=old, proof=proof, note=self.NOTE)
        assert WitnessRequest.parse(request.body) == request
        assert request.checkpoint == WELL

    @pytest.mark.parametrize(
        "change",
        [
            lambda body: body.replace(b"old ", b"old  "),
            lambda body: body.replace(b"old ", b"Old "),
            lambda body: body.replace(b"old 7", b"old 07"),
            lambda body: body.replace(b"old 7", b"old -7"),
            lambda body: body.replace(b"old 7\n", b""),
            lambda body: body.replace(b"old 7\n", b"old 7\nAAAA\n"),
            lambda body: body.replace(b"old 7\n", b"old 7\n!\n"),
            lambda body: body.replace(
                b"old 7\n", b"old 7\n" + b"A" * 43 + b"=\n" + (b"A" * 43 + b"=\n") * 62
            ),
            lambda body: b"\xff" + body,
            lambda body: body.replace(b"\n\n", b"\n"),
            lambda body: b"",
        ],
        ids=itertools.count(1),
    )
    def test_that_is_malformed_is_refused(self, change: Callable[[bytes], bytes]) -> None:
        body = WitnessRequest(old_size=7, proof=(ROOT,), note=self.NOTE).body
        with pytest.raises((WitnessRequestMustBeWellFormed, NoteMustBeWellFormed)):
            WitnessRequest.parse(change(body))

    @given(st.binary(max_size=300))
    def test_of_any_bytes_is_read_or_refused_and_never_fails_otherwise(self, body: bytes) -> None:
        with suppress(Malformed):
            assert WitnessRequest.parse(body).body == body
