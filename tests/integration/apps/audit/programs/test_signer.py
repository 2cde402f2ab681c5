# SPDX-License-Identifier: Apache-2.0
"""The signer as a process: what it signs, what it refuses, and what it survives."""

import signal
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import orjson
import pytest

from apps.audit.adapters.asking_errors import SignerMustAccept, SignerMustAnswer
from apps.audit.adapters.socket_signer import SocketSigner
from apps.audit.domain.note.checkpoint import Checkpoint
from apps.audit.domain.note.signed_note import SignedNote
from apps.audit.management.signer.memory import MemoryFile
from cortex.sockets.bounded_client import ask
from tests.factories.growing_tree import GrowingTree
from tests.integration.apps.audit.programs.running import ORIGIN, SECONDS_MAX, Machine
from tools.checks.tracked import ROOT

pytestmark = pytest.mark.slow


def signed(machine: Machine, tree: GrowingTree, *, published: int = 0) -> SignedNote:
    signer = SocketSigner(path=str(machine.socket), seconds=SECONDS_MAX)
    note = signer.sign(size=tree.size, root=tree.root, published=published, proof_from=tree.proof_from)
    return SignedNote.parse(note)


def cause(machine: Machine, tree: GrowingTree, *, published: int = 0) -> str:
    with pytest.raises(SignerMustAccept) as refused:
        signed(machine, tree, published=published)
    return str(refused.value.evidence["cause"])


class TestTheSigner:
    def test_makes_its_key_at_the_very_first_start_and_signs_what_grows(self, machine: Machine) -> None:
        machine.start_signer()
        tree, published = GrowingTree(size=1), 0
        for count in (1, 300, 0, 70_000):
            note = signed(machine, tree.grow(count), published=published)
            assert note.signed_by(keys=[machine.log_key]) == {machine.log_key: None}
            assert Checkpoint.parse(note.text) == Checkpoint(ORIGIN, tree.size, tree.root)
            published = tree.size
        assert SocketSigner(path=str(machine.socket), seconds=SECONDS_MAX).health()["size"] == tree.size

    def test_keeps_everything_for_its_own_account(self, machine: Machine) -> None:
        machine.start_signer()
        assert machine.socket.stat().st_mode & 0o777 == 0o600
        assert (machine.directory / "signer").stat().st_mode & 0o777 == 0o700
        for file in (machine.directory / "signer").iterdir():
            assert file.stat().st_mode & 0o777 == 0o600, file

    def test_refuses_shrunken_and_forked_trees_and_goes_on_with_the_true_one(self, machine: Machine) -> None:
        machine.start_signer()
        signed(machine, GrowingTree(size=500))
        assert cause(machine, GrowingTree(size=400)) == "audit.tree_must_not_shrink"
        forged = "audit.consistency_proof_invalid"
        assert cause(machine, GrowingTree(size=500, word="false"), published=500) == forged
        assert cause(machine, GrowingTree(size=600, word="false", shared=499), published=500) == forged
        signed(machine, GrowingTree(size=600), published=500)

    def test_signs_the_same_request_again_after_it_was_killed_before_its_answer_was_read(
        self, machine: Machine
    ) -> None:
        signer = machine.start_signer()
        tree = GrowingTree(size=10)
        signed(machine, tree)
        tree.grow(5)
        _send_and_read_nothing(machine, tree, proof_from=10)
        signer.end(by=signal.SIGKILL)
        assert MemoryFile(machine.memory).read().size == 15
        machine.start_signer()
        # The integrator still knows of 10 leaves alone.
        assert signed(machine, tree, published=10).signed_by(keys=[machine.log_key])

    def test_signs_one_tree_at_a_time(self, machine: Machine) -> None:
        machine.start_signer()
        trees = [GrowingTree(size=size) for size in range(1, 13)]

        def asked(tree: GrowingTree) -> int:
            try:
                return Checkpoint.parse(signed(machine, tree).text).size
            except (SignerMustAccept, SignerMustAnswer):
                return 0

        with ThreadPoolExecutor(max_workers=6) as pool:
            sizes = list(pool.map(asked, trees))
        assert MemoryFile(machine.memory).read().size == max(sizes) > 0

    @pytest.mark.parametrize(
        ("body", "status"),
        [
            (b"", 400),
            (b"{}", 400),
            (b"[" * 5000, 400),
            (b'{"size": 1e3}', 400),
            (b"x" * 70_000, 413),
            (orjson.dumps({"size": 9, "root": "0" * 64, "proof_from": 0, "proof": [], "published": -1}), 400),
            (orjson.dumps({"size": 9, "root": "0" * 64, "proof_from": 1, "proof": [], "published": 0}), 409),
        ],
        ids=["nothing", "no members", "brackets", "a float", "70 kB", "a negative", "another size"],
    )
    def test_answers_garbage_in_bounds(self, machine: Machine, body: bytes, status: int) -> None:
        machine.start_signer()
        url = f"unix:{machine.socket}"
        assert ask(url, method="POST", path="/sign", body=body, seconds=SECONDS_MAX).status == status
        assert MemoryFile(machine.memory).read().size == 0
        assert ask(url, method="POST", path="/other", seconds=SECONDS_MAX).status == 404
        signed(machine, GrowingTree(size=2))


class TestItsStart:
    def test_is_refused_without_the_memory_of_a_key_that_was_there_before(self, machine: Machine) -> None:
        machine.start_signer().end()
        machine.memory.unlink()
        said = machine.start_signer(waits=False).last_words()
        assert "audit.signer_memory_must_exist" in said
        assert "--first" in said
        assert not machine.memory.exists()

    def test_goes_on_when_told_first_but_not_while_the_log_has_published_more(self, machine: Machine) -> None:
        machine.start_signer()
        signed(machine, GrowingTree(size=30))
        machine.end()
        machine.memory.unlink()
        machine.start_signer("--first")
        tree = GrowingTree(size=31)
        assert cause(machine, tree, published=30) == "audit.signer_must_remember"

    def test_told_first_is_refused_where_there_is_a_memory(self, machine: Machine) -> None:
        machine.start_signer().end()
        assert "audit.signer_memory_must_be_new" in machine.start_signer("--first", waits=False).last_words()

    def test_adopts_the_newest_checkpoint_after_its_memory_was_lost(self, machine: Machine) -> None:
        machine.start_signer()
        tree = GrowingTree(size=30)
        newest = machine.directory / "checkpoint"
        newest.write_text(signed(machine, tree).whole)
        machine.end()
        machine.memory.unlink()
        machine.start_signer("--first").end()
        assert machine.start_signer("--adopt", str(newest), waits=False).last_words() == ""
        machine.start_signer()
        signed(machine, tree.grow(1), published=30)

    def test_is_refused_with_a_key_that_verifiers_do_not_have(self, machine: Machine) -> None:
        machine.start_signer().end()
        for name in ("key.age", "identity.age"):
            (machine.directory / "signer" / name).unlink()
        memory = machine.memory.read_bytes()
        machine.memory.unlink()
        machine.start_signer().end()
        machine.memory.write_bytes(memory)
        assert "audit.log_key_must_stay_the_same" in machine.start_signer(waits=False).last_words()
        machine.start_signer("--new-key")
        signed(machine, GrowingTree(size=2))

    def test_is_refused_beside_another_signer(self, machine: Machine) -> None:
        machine.start_signer()
        assert "audit.signer_must_be_alone" in machine.start_signer(waits=False).last_words()
        signed(machine, GrowingTree(size=2))

    def test_is_refused_where_others_could_replace_its_socket(self, machine: Machine) -> None:
        machine.directory.chmod(0o777)
        said = machine.start_signer(waits=False).last_words()
        assert "audit.socket_directory_must_be_private" in said
        assert not machine.socket.exists()

    def test_takes_the_key_of_the_keeper_that_the_environment_names(self, machine: Machine) -> None:
        machine.start_signer().end()
        own, other = machine.log_key, machine.directory / "other"
        (machine.directory / "signer").rename(other)
        machine.environment = {
            "SEALED_SECRETS_FILE": str(other / "key.age"),
            "SEALED_IDENTITY_FILE": str(other / "identity.age"),
        }
        # The key was made before, so nobody but the operator knows that it never signed.
        assert "--first" in machine.start_signer(waits=False).last_words()
        machine.start_signer("--first")
        assert machine.log_key == own
        assert not (machine.directory / "signer" / "key.age").exists()
        signed(machine, GrowingTree(size=2))


@pytest.mark.parametrize("program", ["signer", "witness"])
def test_needs_no_django(program: str) -> None:
    code = (
        f"import apps.audit.management.{program}.__main__, sys;"
        "print([name for name in ('django', 'celery', 'rest_framework', 'psycopg') if name in sys.modules])"
    )
    started = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True, env={}
    )
    assert started.stdout.strip() == "[]"


def _send_and_read_nothing(machine: Machine, tree: GrowingTree, *, proof_from: int) -> None:
    body = orjson.dumps(
        {
            "size": tree.size,
            "root": tree.root.hex(),
            "proof_from": proof_from,
            "proof": [node.hex() for node in tree.proof_from(proof_from)],
            "published": proof_from,
        }
    )
    head = f"POST /sign HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(SECONDS_MAX)
        connection.connect(str(machine.socket))
        connection.sendall(head + body)
        # That something comes back is all that is looked at: the memory is written before.
        assert connection.recv(1)
