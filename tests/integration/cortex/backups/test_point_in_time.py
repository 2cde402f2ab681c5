# SPDX-License-Identifier: Apache-2.0
"""A database recovered to a point in time: the log goes on, or the signer says why it does not."""

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from pytest_django import Settings

from apps.audit.adapters.asking_errors import LogMustNotBeRolledBack, SignerMustAccept
from apps.audit.adapters.http_witnesses import HttpWitnesses
from apps.audit.adapters.socket_signer import SocketSigner
from apps.audit.domain.publishing import Cosigned, ProofFrom, Witnesses
from apps.audit.management.signer.memory import MemoryFile
from apps.audit.services.advance_log import advance_log
from cortex.embedded import postgres
from tests.factories.log import LocalWitnesses, append
from tests.frame.aliases import connected_to
from tests.integration.apps.audit.programs import running
from tests.integration.apps.audit.programs.running import SECONDS_MAX, Machine
from tests.integration.cortex.backups.archived import Archived
from tests.integration.cortex.backups.conftest import Drill
from tests.integration.cortex.backups.elsewhere import DATABASE, restored
from tests.integration.cortex.backups.whole import require_whole

pytestmark = pytest.mark.slow


@pytest.fixture
def machines() -> Iterator[list[Machine]]:
    """Give a machine for the signer, and one for the signer of a log that is begun later."""
    directories = [Path(tempfile.mkdtemp(prefix="log-", dir="/tmp")) for _ in range(2)]
    found = [Machine(directory) for directory in directories]
    yield found
    for machine in found:
        machine.end()
        shutil.rmtree(machine.directory)


class Listening:
    """Asks the witnesses, and keeps what they said."""

    def __init__(self, witnesses: Witnesses) -> None:
        self._witnesses = witnesses
        self.said: list[Cosigned] = []

    def cosign(self, *, note: str, proof_from: ProofFrom) -> Sequence[Cosigned]:
        self.said += self._witnesses.cosign(note=note, proof_from=proof_from)
        return self.said


def advanced(machine: Machine, witnesses: Witnesses | None = None) -> int | None:
    """Bring the log up to date with the signer of this machine."""
    signer = SocketSigner(path=str(machine.socket), seconds=SECONDS_MAX)
    return advance_log(signer=signer, witnesses=witnesses or LocalWitnesses())


def refusal(machine: Machine) -> tuple[str, str]:
    """Return code and words with which the signer refuses."""
    with pytest.raises(SignerMustAccept) as refused:
        advanced(machine)
    return str(refused.value.evidence["cause"]), refused.value.message


class TestPointInTime:
    def test_goes_on_behind_the_newest_checkpoint_and_says_why_not_before_it(
        self,
        drill: Drill,
        elsewhere: postgres.PostgresServer,
        machines: list[Machine],
        monkeypatch: pytest.MonkeyPatch,
        settings: Settings,
    ) -> None:
        settings.AUDIT_LOG_ORIGIN = running.ORIGIN
        restored(drill, elsewhere, monkeypatch)
        archived, (machine, other) = Archived(elsewhere), machines
        machine.start_signer()
        archived.start_archiving()
        archived.take_base()
        dsn = elsewhere.admin_dsn(DATABASE)
        with connected_to(elsewhere, database=DATABASE):
            append(None, 3)
            early = advanced(machine)
            append(None, 2)
            archived.name_point("early")
            newest = advanced(machine)
            append(None, 4)
            archived.name_point("newest")
            append(None, 50)
        # The disk is lost; the last 50 leaves were in no signed tree, and nobody can prove them.
        archived.go_back_to("newest")
        with connected_to(elsewhere, database=DATABASE):
            append(None, 2)
            last = advanced(machine)
        assert last is not None
        assert newest is not None
        assert last >= newest + 6
        require_whole(dsn, size=last)

        archived.go_back_to("early")
        with connected_to(elsewhere, database=DATABASE):
            append(None, 1)
            cause, words = refusal(machine)
            assert cause == "audit.tree_must_not_shrink"
            assert f"expected {last} leaves or more" in words
            # Once it is longer it is another history, which is an alarm.
            append(None, 80)
            assert refusal(machine)[0] == "audit.consistency_proof_invalid"
            assert MemoryFile(machine.memory).read().size == last
            # As the runbook says: the log has ended, and one of another name begins over the same leaves.
            monkeypatch.setattr(running, "ORIGIN", "books.example/log-2")
            settings.AUDIT_LOG_ORIGIN = "books.example/log-2"
            other.start_signer()
            begun = advanced(other)
            append(None, 1)
            size = advanced(other)
        assert early is not None
        assert begun is not None
        assert size is not None
        assert early + 80 < begun < size
        require_whole(dsn, size=size)

    def test_with_the_signers_memory_of_then_is_noticed_by_the_witness(
        self,
        drill: Drill,
        elsewhere: postgres.PostgresServer,
        machines: list[Machine],
        monkeypatch: pytest.MonkeyPatch,
        settings: Settings,
    ) -> None:
        settings.AUDIT_LOG_ORIGIN = running.ORIGIN
        restored(drill, elsewhere, monkeypatch)
        archived, machine = Archived(elsewhere), machines[0]
        signer = machine.start_signer()
        machine.start_witness("w1")
        policy = machine.policy("w1")
        archived.start_archiving()
        archived.take_base()
        with connected_to(elsewhere, database=DATABASE):
            advanced(machine, HttpWitnesses(policy=policy, seconds=SECONDS_MAX))
            archived.name_point("early")
            signer.end()
            then = machine.memory.read_bytes()
            signer = machine.start_signer()
            append(None, 40)
            advanced(machine, HttpWitnesses(policy=policy, seconds=SECONDS_MAX))
        archived.go_back_to("early")
        signer.end()
        machine.memory.write_bytes(then)
        machine.start_signer()
        heard = Listening(HttpWitnesses(policy=policy, seconds=SECONDS_MAX))
        with connected_to(elsewhere, database=DATABASE):
            append(None, 5)
            advanced(machine, heard)
        assert [type(word.refusal) for word in heard.said] == [LogMustNotBeRolledBack]
