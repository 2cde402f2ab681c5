# SPDX-License-Identifier: Apache-2.0
"""Witnesses as processes: what thieves, restorers and liars meet."""

import shutil
import signal
import sqlite3
from collections.abc import Sequence

import pytest

from apps.audit.adapters.asking_errors import (
    LogMustNotBeRolledBack,
    LogMustNotFork,
    WitnessMustAccept,
    WitnessMustAnswer,
)
from apps.audit.adapters.http_witnesses import HttpWitnesses
from apps.audit.adapters.socket_signer import SocketSigner
from apps.audit.domain.note.checkpoint import Checkpoint
from apps.audit.domain.note.policy import LogPolicy
from apps.audit.domain.note.signed_note import SignedNote
from apps.audit.domain.note.signing import signature_line
from apps.audit.domain.note.witness_request import WitnessRequest
from apps.audit.domain.publishing import Cosigned
from apps.audit.management.signer.keeper import log_key
from cortex.sockets.bounded_client import ask
from tests.factories.growing_tree import GrowingTree
from tests.integration.apps.audit.programs.running import ORIGIN, SECONDS_MAX, Machine

pytestmark = pytest.mark.slow


def signed(machine: Machine, tree: GrowingTree, *, published: int = 0) -> str:
    signer = SocketSigner(path=str(machine.socket), seconds=SECONDS_MAX)
    return signer.sign(size=tree.size, root=tree.root, published=published, proof_from=tree.proof_from)


def signed_by_a_thief(machine: Machine, tree: GrowingTree) -> str:
    """Sign without the signer and its memory, with the key that it keeps."""
    stolen = log_key(environ={}, directory=machine.directory / "signer")
    text = Checkpoint(ORIGIN, tree.size, tree.root).text
    line = signature_line(key=stolen.verifier(origin=ORIGIN), text=text, sign=stolen.sign)
    return SignedNote(text=text, signatures=[line]).whole


def is_accepted(note: str, said: Sequence[Cosigned], policy: LogPolicy) -> bool:
    """Return what an auditor with these keys would decide of the co-signed note."""
    whole = SignedNote.parse(note + "".join(word.line for word in said))
    names = {witness.key: witness.name for witness in policy.witnesses.values()}
    found = whole.signed_by(keys=[*names, *(log.key for log in policy.logs)])
    is_signed = any(log.key in found for log in policy.logs)
    return is_signed and policy.is_met(cosigned=[names[key] for key in found if key in names])


class TestWitnesses:
    def test_cosign_what_grows_also_when_nobody_remembers_what_they_have_seen(self, machine: Machine) -> None:
        machine.start_signer()
        machine.start_witness("w1")
        machine.start_witness("w2")
        policy, tree = machine.policy("w1", "w2"), GrowingTree(size=3)
        for published in (0, 3, 303):
            note = signed(machine, tree, published=published)
            # Each time as after a start of the integrator: it learns from them where they are.
            said = HttpWitnesses(policy=policy, seconds=SECONDS_MAX).cosign(
                note=note, proof_from=tree.proof_from
            )
            assert [word.refusal for word in said] == [None, None]
            assert is_accepted(note, said, policy)
            tree.grow(300)

    def test_a_killed_one_keeps_nobody_waiting_and_is_asked_again_later(self, machine: Machine) -> None:
        machine.start_signer()
        machine.start_witness("w1")
        killed = machine.start_witness("w2")
        policy, tree = machine.policy("w1", "w2", quorum="any"), GrowingTree(size=3)
        killed.end(by=signal.SIGKILL)
        witnesses = HttpWitnesses(policy=policy, seconds=SECONDS_MAX)
        note = signed(machine, tree)
        said = {word.witness: word for word in witnesses.cosign(note=note, proof_from=tree.proof_from)}
        assert said["w1"].line
        assert isinstance(said["w2"].refusal, WitnessMustAnswer)
        assert is_accepted(note, list(said.values()), policy)
        assert not is_accepted(note, list(said.values()), machine_all(policy))

    def test_a_killed_one_remembers(self, machine: Machine) -> None:
        machine.start_signer()
        witness = machine.start_witness("w1")
        policy, tree = machine.policy("w1"), GrowingTree(size=50)
        HttpWitnesses(policy=policy, seconds=SECONDS_MAX).cosign(
            note=signed(machine, tree), proof_from=tree.proof_from
        )
        witness.end(by=signal.SIGKILL)
        machine.start_witness("w1")
        forged = GrowingTree(size=60, word="false")
        said = HttpWitnesses(policy=policy, seconds=SECONDS_MAX).cosign(
            note=signed_by_a_thief(machine, forged), proof_from=forged.proof_from
        )
        assert isinstance(said[0].refusal, WitnessMustAccept)

    def test_one_without_its_memory_does_not_start(self, machine: Machine) -> None:
        machine.start_signer()
        machine.start_witness("w1").end()
        (machine.directory / "w1" / "witness.sqlite3").unlink()
        with pytest.raises(AssertionError, match=r"audit\.witness_memory_must_exist") as refused:
            machine.start_witness("w1")
        assert "never put an older copy of the memory back" in str(refused.value)
        assert "backup" not in str(refused.value)


class TestAttacks:
    def test_restoring_log_and_signers_memory_from_a_backup_is_noticed_by_the_witness(
        self, machine: Machine
    ) -> None:
        signer = machine.start_signer()
        machine.start_witness("w1")
        policy, tree = machine.policy("w1"), GrowingTree(size=100)
        witnesses = HttpWitnesses(policy=policy, seconds=SECONDS_MAX)
        witnesses.cosign(note=signed(machine, tree), proof_from=tree.proof_from)
        signer.end()
        shutil.copy2(machine.memory, machine.directory / "backup")
        signer = machine.start_signer()
        tree.grow(50)
        witnesses.cosign(note=signed(machine, tree, published=100), proof_from=tree.proof_from)
        # The night passes; everything of the log's own is as it was before.
        signer.end()
        shutil.copy2(machine.directory / "backup", machine.memory)
        machine.start_signer()
        other = GrowingTree(size=120, word="false", shared=100)
        note = signed(machine, other, published=100)
        said = HttpWitnesses(policy=policy, seconds=SECONDS_MAX).cosign(
            note=note, proof_from=other.proof_from
        )
        assert isinstance(said[0].refusal, LogMustNotBeRolledBack)
        assert "has seen 150 leaves, we are at 120" in said[0].refusal.message
        assert not is_accepted(note, said, policy)
        other.grow(30)
        note = signed(machine, other, published=120)
        said = HttpWitnesses(policy=policy, seconds=SECONDS_MAX).cosign(
            note=note, proof_from=other.proof_from
        )
        assert isinstance(said[0].refusal, LogMustNotFork)
        other.grow(1)
        note = signed(machine, other, published=150)
        said = HttpWitnesses(policy=policy, seconds=SECONDS_MAX).cosign(
            note=note, proof_from=other.proof_from
        )
        assert isinstance(said[0].refusal, WitnessMustAccept)
        assert said[0].refusal.evidence["status"] == 422

    def test_a_stolen_key_shows_two_auditors_two_histories_and_one_of_them_refuses(
        self, machine: Machine
    ) -> None:
        machine.start_signer()
        machine.start_witness("w1")
        policy = machine.policy("w1")
        true, false = GrowingTree(size=80), GrowingTree(size=80, word="false")
        note = signed(machine, true)
        said = HttpWitnesses(policy=policy, seconds=SECONDS_MAX).cosign(note=note, proof_from=true.proof_from)
        forged = signed_by_a_thief(machine, false)
        refused = HttpWitnesses(policy=policy, seconds=SECONDS_MAX).cosign(
            note=forged, proof_from=false.proof_from
        )
        assert isinstance(refused[0].refusal, LogMustNotFork)
        assert is_accepted(note, said, policy)
        assert not is_accepted(forged, refused, policy)
        # The cosignature of the true history, pasted below the false one, makes it worse.
        with pytest.raises(Exception, match="made over this text"):
            is_accepted(forged, said, policy)

    def test_log_key_and_witness_together_can_lie_and_this_is_what_a_second_witness_is_for(
        self, machine: Machine
    ) -> None:
        machine.start_signer()
        colluding = machine.start_witness("w1")
        machine.start_witness("w2")
        both, tree = machine.policy("w1", "w2"), GrowingTree(size=40)
        one = machine.policy("w1")
        HttpWitnesses(policy=both, seconds=SECONDS_MAX).cosign(
            note=signed(machine, tree), proof_from=tree.proof_from
        )
        colluding.end()
        memory = sqlite3.connect(machine.directory / "w1" / "witness.sqlite3")
        memory.execute("DELETE FROM seen")
        memory.commit()
        memory.close()
        machine.start_witness("w1")
        false = GrowingTree(size=40, word="false")
        forged = signed_by_a_thief(machine, false)
        said = HttpWitnesses(policy=both, seconds=SECONDS_MAX).cosign(
            note=forged, proof_from=false.proof_from
        )
        assert is_accepted(forged, said, one)
        assert not is_accepted(forged, said, both)

    def test_an_older_memory_of_a_witness_cosigns_a_second_history_which_others_notice(
        self, machine: Machine
    ) -> None:
        machine.start_signer()
        witness = machine.start_witness("w1")
        machine.start_witness("w2")
        both, one = machine.policy("w1", "w2"), machine.policy("w1")
        memory, backup = machine.directory / "w1" / "witness.sqlite3", machine.directory / "backup"
        tree = GrowingTree(size=100)
        for published in (0, 100):
            said = HttpWitnesses(policy=both, seconds=SECONDS_MAX).cosign(
                note=signed(machine, tree, published=published), proof_from=tree.proof_from
            )
            assert [word.refusal for word in said] == [None, None]
            if published == 0:
                witness.end()
                shutil.copy2(memory, backup)
                witness = machine.start_witness("w1")
            tree.grow(50 if published == 0 else 10)
        # A night passes, and somebody restores the machine of the first witness; the log's key is stolen.
        witness.end()
        shutil.copy2(backup, memory)
        machine.start_witness("w1")
        false = GrowingTree(size=160, word="false", shared=100)
        forged = signed_by_a_thief(machine, false)
        said = HttpWitnesses(policy=both, seconds=SECONDS_MAX).cosign(
            note=forged, proof_from=false.proof_from
        )
        assert is_accepted(forged, said, one)
        assert not is_accepted(forged, said, both)
        # The true log is told at its next tree: the witness has seen another one of its size.
        note = signed(machine, tree, published=150)
        told = {
            word.witness: word.refusal
            for word in HttpWitnesses(policy=both, seconds=SECONDS_MAX).cosign(
                note=note, proof_from=tree.proof_from
            )
        }
        assert isinstance(told["w1"], LogMustNotFork)
        assert told["w2"] is None


class TestTheProtocol:
    def test_has_the_status_and_the_type_that_the_specification_says(self, machine: Machine) -> None:
        machine.start_signer()
        machine.start_witness("w1")
        tree, later = GrowingTree(size=5), GrowingTree(size=9)
        first = SignedNote.parse(signed_by_a_thief(machine, tree))
        second = SignedNote.parse(signed_by_a_thief(machine, later))
        other = SignedNote(text=second.text.replace(ORIGIN, "x"), signatures=second.signatures)
        unsigned = SignedNote(text=second.text.replace("\n9\n", "\n8\n"), signatures=second.signatures)
        proof = later.proof_from(5)
        answers = [
            _added(machine, 0, [], first),
            _added(machine, 5, [], first),
            _added(machine, 0, [], second),
            _added(machine, 5, [b"x" * 32], second),
            _added(machine, 9, [], first),
            _added(machine, 5, proof, other),
            _added(machine, 5, proof, unsigned),
            _added(machine, 5, proof, second),
        ]
        assert [status for status, _ in answers] == [200, 200, 409, 422, 400, 404, 403, 200]
        assert answers[2][1] == b"5\n"
        assert answers[0][1].startswith("— w1.example ".encode())

    def test_answers_garbage_in_bounds(self, machine: Machine) -> None:
        machine.start_signer()
        machine.start_witness("w1")
        url = f"unix:{machine.directory / 'w1.sock'}"
        for body, status in ((b"", 400), (b"\xff" * 100, 400), (b"old 0\n\n", 400), (b"x" * 70_000, 413)):
            assert (
                ask(url, method="POST", path="/add-checkpoint", body=body, seconds=SECONDS_MAX).status
                == status
            )
        assert ask(url, method="GET", path="/add-checkpoint", seconds=SECONDS_MAX).status == 404
        assert ask(url, method="PUT", path="/add-checkpoint", seconds=SECONDS_MAX).status == 501


def machine_all(policy: LogPolicy) -> LogPolicy:
    """Return the same witnesses, all of which are needed."""
    groups = {
        name: type(group)(name, len(group.members), group.members) for name, group in policy.groups.items()
    }
    return LogPolicy(policy.logs, policy.witnesses, groups, policy.quorum)


def _added(machine: Machine, old: int, proof: Sequence[bytes], note: SignedNote) -> tuple[int, bytes]:
    body = WitnessRequest(old_size=old, proof=proof, note=note).body
    url = f"unix:{machine.directory / 'w1.sock'}"
    reply = ask(url, method="POST", path="/add-checkpoint", body=body, seconds=SECONDS_MAX)
    return reply.status, reply.body
