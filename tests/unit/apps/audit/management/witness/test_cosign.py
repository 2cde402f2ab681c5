# SPDX-License-Identifier: Apache-2.0
"""What c2sp.org/tlog-witness says of each answer, asked of the rules without a network."""

import sqlite3
from collections.abc import Sequence
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from apps.audit.domain.merkle.errors import ConsistencyProofInvalid
from apps.audit.domain.merkle.hashes import EMPTY_ROOT
from apps.audit.domain.note.checkpoint import Checkpoint
from apps.audit.domain.note.errors import NoteMustBeSigned
from apps.audit.domain.note.signed_note import SignedNote
from apps.audit.domain.note.witness_request import WitnessRequest
from apps.audit.management.witness.cosign import Witness
from apps.audit.management.witness.errors import (
    CheckpointMustContinue,
    FirstProofMustBeEmpty,
    LogMustBeKnown,
    OldSizeMustNotExceedTheCheckpoint,
    WitnessMemoryMustExist,
)
from apps.audit.management.witness.memory import Seen, WitnessMemory
from apps.audit.management.witness.own_key import WitnessKey
from cortex.secrets.sealed.private_file import FileMustBePrivate
from tests.factories.growing_tree import GrowingTree
from tests.unit.apps.audit.domain.note.signers import Signer, log

AT = 1_795_780_800


@pytest.fixture
def memory(tmp_path: Path) -> WitnessMemory:
    WitnessMemory.make(tmp_path / "memory")
    return WitnessMemory(tmp_path / "memory")


@pytest.fixture
def witness(memory: WitnessMemory) -> Witness:
    key = WitnessKey(name="witness.example/w1", private=Ed25519PrivateKey.from_private_bytes(b"w" * 32))
    return Witness(key=key, logs={log().key.name: [log().key]}, memory=memory, now=lambda: AT)


def request(
    tree: GrowingTree, *, old: int, proof: Sequence[bytes] | None = None, signer: Signer | None = None
) -> bytes:
    signer = signer or log()
    text = Checkpoint(signer.key.name, tree.size, tree.root if tree.size else EMPTY_ROOT).text
    if proof is None:
        proof = tree.proof_from(old) if 0 < old <= tree.size else []
    note = SignedNote(text=text, signatures=[signer.line(text)])
    return WitnessRequest(old_size=old, proof=proof, note=note).body


def seen(memory: WitnessMemory) -> Seen:
    with memory.step():
        return memory.seen(origin=log().key.name)


class TestAWitness:
    def test_cosigns_what_it_sees_first_and_then_what_continues_it(
        self, witness: Witness, memory: WitnessMemory
    ) -> None:
        tree = GrowingTree(size=5)
        for old in (0, 5, 305):
            line = witness.cosign(request(tree, old=old))
            text = Checkpoint(log().key.name, tree.size, tree.root).text
            found = SignedNote.parse(text + "\n" + line).signed_by(keys=[witness.key.verifier])
            assert found == {witness.key.verifier: AT}
            assert seen(memory) == Seen(tree.size, tree.root)
            tree.grow(300)

    def test_cosigns_the_same_tree_again(self, witness: Witness) -> None:
        tree = GrowingTree(size=5)
        assert witness.cosign(request(tree, old=0)) == witness.cosign(request(tree, old=5))

    def test_may_see_the_empty_tree_first(self, witness: Witness, memory: WitnessMemory) -> None:
        witness.cosign(request(GrowingTree(), old=0))
        assert seen(memory) == Seen(0, EMPTY_ROOT)
        witness.cosign(request(GrowingTree(size=2), old=0))
        assert seen(memory).size == 2

    @pytest.mark.parametrize("old", [0, 4, 6])
    def test_tells_the_size_that_it_has_seen_to_whoever_names_another(
        self, witness: Witness, old: int
    ) -> None:
        witness.cosign(request(GrowingTree(size=5), old=0))
        with pytest.raises(CheckpointMustContinue) as refused:
            witness.cosign(request(GrowingTree(size=9), old=old))
        assert refused.value.evidence["seen"] == 5

    @pytest.mark.parametrize(
        ("tree", "old", "refusal"),
        [
            (GrowingTree(size=4), 4, CheckpointMustContinue),
            (GrowingTree(size=4), 5, OldSizeMustNotExceedTheCheckpoint),
            (GrowingTree(size=5, word="false"), 5, CheckpointMustContinue),
            (GrowingTree(size=9, word="false"), 5, ConsistencyProofInvalid),
            (GrowingTree(size=9, word="false", shared=4), 5, ConsistencyProofInvalid),
        ],
        ids=["shrunk", "shrunk and asked from the larger", "same size", "another history", "a fork"],
    )
    def test_refuses_what_does_not_continue_and_forgets_nothing(
        self, witness: Witness, memory: WitnessMemory, tree: GrowingTree, old: int, refusal: type[Exception]
    ) -> None:
        witness.cosign(request(GrowingTree(size=5), old=0))
        before = seen(memory)
        with pytest.raises(refusal):
            witness.cosign(request(tree, old=old))
        assert seen(memory) == before

    def test_refuses_a_proof_from_the_empty_tree(self, witness: Witness) -> None:
        with pytest.raises(FirstProofMustBeEmpty):
            witness.cosign(request(GrowingTree(size=5), old=0, proof=[b"x" * 32]))

    def test_knows_no_other_log(self, witness: Witness) -> None:
        with pytest.raises(LogMustBeKnown):
            witness.cosign(request(GrowingTree(size=5), old=0, signer=log("other.example")))

    def test_believes_no_other_key_of_a_log_that_it_knows(
        self, witness: Witness, memory: WitnessMemory
    ) -> None:
        with pytest.raises(NoteMustBeSigned):
            witness.cosign(request(GrowingTree(size=5), old=0, signer=log(seed=9)))
        assert seen(memory) == Seen()

    def test_keeps_logs_apart(self, witness: Witness) -> None:
        other = log("other.example", seed=3)
        witness.logs = {**witness.logs, other.key.name: [other.key]}
        witness.cosign(request(GrowingTree(size=5), old=0))
        witness.cosign(request(GrowingTree(size=2, word="other"), old=0, signer=other))
        witness.cosign(request(GrowingTree(size=6), old=5))


class TestItsMemory:
    def test_is_flushed_at_each_commit(self, memory: WitnessMemory) -> None:
        with memory.step():
            assert memory._database.execute("PRAGMA synchronous").fetchone() == (3,)

    def test_is_read_again_by_the_next_process(self, witness: Witness, tmp_path: Path) -> None:
        witness.cosign(request(GrowingTree(size=5), old=0))
        assert seen(WitnessMemory(tmp_path / "memory")).size == 5
        assert (tmp_path / "memory").stat().st_mode & 0o777 == 0o600

    def test_keeps_the_note_with_its_own_line_as_evidence(self, witness: Witness, tmp_path: Path) -> None:
        line = witness.cosign(request(GrowingTree(size=5), old=0))
        (note,) = sqlite3.connect(tmp_path / "memory").execute("SELECT note FROM seen").fetchone()
        assert note.endswith(line)
        SignedNote.parse(note).signed_by(keys=[log().key, witness.key.verifier])

    def test_that_is_missing_is_no_empty_one(self, tmp_path: Path) -> None:
        with pytest.raises(WitnessMemoryMustExist):
            WitnessMemory(tmp_path / "none")
        assert not (tmp_path / "none").exists()


class TestItsKey:
    def test_is_read_as_it_was_made(self, tmp_path: Path) -> None:
        made = WitnessKey.make(tmp_path / "key", name="w")
        assert WitnessKey.read(tmp_path / "key", name="w").verifier == made.verifier
        assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600

    def test_that_others_can_read_is_refused(self, tmp_path: Path) -> None:
        WitnessKey.make(tmp_path / "key", name="w")
        (tmp_path / "key").chmod(0o644)
        with pytest.raises(FileMustBePrivate):
            WitnessKey.read(tmp_path / "key", name="w")
