# SPDX-License-Identifier: Apache-2.0
"""From a commit to a published checkpoint, and what happens when somebody does not answer."""

from collections.abc import Mapping

import psycopg
import pytest
from structlog.testing import capture_logs

from apps.audit.domain.note.checkpoint import Checkpoint
from apps.audit.domain.note.signed_note import SignedNote
from apps.audit.services.advance_log import advance_log
from cortex.errors import CortexError
from cortex.events.leases import release_lease
from tests.factories.log import append, claimed, integrate_and_seal, oracle_root, stored_leaves
from tests.integration.apps.audit.log.conftest import Log


class Silent(CortexError):
    code = "testing.silent"


def advance(log: Log) -> int | None:
    return advance_log(signer=log.signer, witnesses=log.witnesses)


def published(log: Log) -> Mapping[int, str]:
    with psycopg.connect(log.dsn) as admin:
        return dict(admin.execute("SELECT size, note FROM audit_checkpoint ORDER BY size").fetchall())


def cosigned(log: Log) -> list[tuple[int, str]]:
    with psycopg.connect(log.dsn) as admin:
        return admin.execute("SELECT size, witness FROM audit_cosignature ORDER BY size, witness").fetchall()


class TestAdvance:
    def test_publishes_the_tree_of_all_that_is_committed(self, log: Log) -> None:
        append(log.acme, 3)
        size = advance(log)
        leaves = stored_leaves(log.dsn)
        (note,) = published(log).values()
        checkpoint = Checkpoint.parse(SignedNote.parse(note).text)
        assert (checkpoint.size, len(leaves)) == (size, size)
        assert checkpoint.root == oracle_root([leaf.body for leaf in leaves])
        assert cosigned(log) == [(size, "tower")]

    def test_continues_what_was_signed_before(self, log: Log) -> None:
        sizes = []
        for _ in range(3):
            append(log.acme, 2)
            append(log.bolt)
            sizes.append(advance(log))
        assert list(published(log)) == sizes
        assert sizes == sorted(set(sizes))

    def test_signs_nothing_when_nothing_is_new(self, log: Log) -> None:
        append(log.acme)
        assert advance(log) == advance(log)
        assert len(published(log)) == 1
        assert len(log.witnesses.seen) == 1

    def test_does_nothing_while_another_process_does_it(self, log: Log) -> None:
        append(log.acme)
        lease = claimed()
        assert advance(log) is None
        assert stored_leaves(log.dsn) == []
        release_lease(lease)

    def test_goes_on_where_the_signer_did_not_answer(self, log: Log) -> None:
        append(log.acme)
        log.signer.refusal = Silent("nobody there")
        with pytest.raises(Silent):
            advance(log)
        assert published(log) == {}
        log.signer.refusal = None
        advance(log)
        assert len(published(log)) == 1

    def test_signs_the_same_tree_again_if_it_was_killed_before_it_stored_the_note(self, log: Log) -> None:
        append(log.acme)
        size = integrate_and_seal()
        root = oracle_root([leaf.body for leaf in stored_leaves(log.dsn)])
        log.signer.sign(size=size, root=root, published=0, proof_from=lambda _: [])
        assert advance(log) == size
        assert list(published(log)) == [size]

    def test_asks_a_silent_witness_again_and_keeps_what_others_said(self, log: Log) -> None:
        append(log.acme)
        log.witnesses.words = {"north": None, "south": Silent("away")}
        with capture_logs() as lines:
            size = advance(log)
        assert cosigned(log) == [(size, "north")]
        assert [line["witness"] for line in lines if line["event"] == "witness_did_not_cosign"] == ["south"]
        log.witnesses.words = {"north": None, "south": None}
        advance(log)
        assert cosigned(log) == [(size, "north"), (size, "south")]
        advance(log)
        assert len(log.witnesses.seen) == 2
