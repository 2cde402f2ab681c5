# SPDX-License-Identifier: Apache-2.0
"""A log among witnesses that lie, ramble or sleep."""

import threading
import time
from collections.abc import Callable, Iterator

import pytest

from apps.audit.adapters.asking_errors import LogMustNotBeRolledBack, WitnessMustAccept, WitnessMustAnswer
from apps.audit.adapters.http_witnesses import HttpWitnesses
from apps.audit.domain.note.checkpoint import Checkpoint
from apps.audit.domain.note.policy import LogPolicy, TrustedWitness
from apps.audit.domain.note.witness_request import WitnessRequest
from cortex.sockets.bounded_server import Answer, BoundedServer, Bounds
from tests.factories.growing_tree import GrowingTree
from tests.unit.apps.audit.domain.note.signers import log, note_of, witness

TREE = GrowingTree(size=9)
TEXT = Checkpoint(log().key.name, 9, TREE.root).text
NOTE = note_of(TEXT, [log().line(TEXT)])
Serve = Callable[..., HttpWitnesses]


@pytest.fixture
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serve]:
    """Return what starts one witness that answers as it is told."""
    running: list[tuple[BoundedServer, threading.Thread]] = []

    def start(door: Callable[[bytes], Answer], *, seconds: float = 30.0) -> HttpWitnesses:
        path = str(tmp_path_factory.mktemp("w") / "s")
        server = BoundedServer(
            path, doors={("POST", "/add-checkpoint"): door}, bounds=Bounds(body_bytes=9999)
        )
        thread = threading.Thread(target=lambda: server.serve_forever(poll_interval=0.02))
        thread.start()
        running.append((server, thread))
        trusted = TrustedWitness("w", witness().key, f"unix:{path}")
        policy = LogPolicy(logs=[], witnesses={"w": trusted}, groups={}, quorum="w")
        return HttpWitnesses(policy=policy, seconds=seconds)

    yield start
    for server, thread in running:
        server.shutdown()
        server.server_close()
        thread.join()


def refusal(witnesses: HttpWitnesses) -> Exception | None:
    (said,) = witnesses.cosign(note=NOTE, proof_from=TREE.proof_from)
    assert bool(said.line) is (said.refusal is None)
    return said.refusal


class TestWitnesses:
    def test_keep_the_lines_of_the_trusted_key_alone(self, serve: Serve) -> None:
        own = witness().line(TEXT, signed_at=5)
        other = witness("else", seed=50).line(TEXT, signed_at=5)
        witnesses = serve(lambda _: Answer(200, (other.text + own.text).encode()))
        (said,) = witnesses.cosign(note=NOTE, proof_from=TREE.proof_from)
        assert said.line == own.text

    def test_keep_one_line_of_a_witness_that_repeats_itself(self, serve: Serve) -> None:
        older, newer = (witness().line(TEXT, signed_at=at).text for at in (5, 256))
        witnesses = serve(lambda _: Answer(200, (older + newer * 20 + older).encode()))
        (said,) = witnesses.cosign(note=NOTE, proof_from=TREE.proof_from)
        assert said.line == newer

    @pytest.mark.parametrize(
        ("answer", "expected"),
        [
            (Answer(200, witness("else", seed=50).line(TEXT, signed_at=5).text.encode()), WitnessMustAnswer),
            (Answer(200, witness().line(TEXT + "x\n", signed_at=5).text.encode()), WitnessMustAnswer),
            (Answer(200, b""), WitnessMustAnswer),
            (Answer(200, b"\xff"), WitnessMustAnswer),
            (Answer(200, b"x" * 100_000), WitnessMustAnswer),
            (Answer(409, b"nine\n"), WitnessMustAnswer),
            (Answer(409, b"5\n"), WitnessMustAnswer),
            (Answer(409, b"99\n"), LogMustNotBeRolledBack),
            (Answer(500, b""), WitnessMustAnswer),
            (Answer(302, b""), WitnessMustAccept),
            (Answer(403, b"\x1b[31mno"), WitnessMustAccept),
        ],
        ids="stranger forged empty bytes long words always rolled-back broken redirect refused".split(),
    )
    def test_that_say_something_else_are_told(
        self, serve: Serve, answer: Answer, expected: type[Exception]
    ) -> None:
        found = refusal(serve(lambda _: answer))
        assert isinstance(found, expected)
        assert "\x1b" not in str(found)

    def test_are_asked_from_the_tree_that_they_have_seen(self, serve: Serve) -> None:
        asked: list[int] = []

        def door(body: bytes) -> Answer:
            request = WitnessRequest.parse(body)
            asked.append(request.old_size)
            if request.old_size != 4:
                return Answer(409, b"4\n")
            assert list(request.proof) == list(TREE.proof_from(4))
            return Answer(200, witness().line(TEXT, signed_at=5).text.encode())

        assert refusal(serve(door)) is None
        assert asked == [0, 4]

    def test_that_sleep_hold_nobody_up_and_rest(self, serve: Serve) -> None:
        asked: list[bytes] = []

        def door(body: bytes) -> Answer:
            asked.append(body)
            time.sleep(2)
            return Answer(200)

        witnesses, begun = serve(door, seconds=1.0), time.monotonic()
        assert isinstance(refusal(witnesses), WitnessMustAnswer)
        assert isinstance(refusal(witnesses), WitnessMustAnswer)
        assert time.monotonic() - begun < 1.9
        assert len(asked) == 1
