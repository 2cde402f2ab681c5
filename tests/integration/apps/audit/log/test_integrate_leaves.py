# SPDX-License-Identifier: Apache-2.0
"""Leaves get their places: each once, none lost, whoever is killed and wherever the database wakes up."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import psycopg
import pytest
from django.db import connections

from apps.audit.adapters.tree.tiles import read_stored_tile
from apps.audit.domain.merkle.proofs import root_at
from apps.audit.services import integrate_leaves as module
from apps.audit.services.integrate_leaves import integrate_leaves
from cortex.database.transactions import transactional
from cortex.events.leases import LeaseMustBeHeld, release_lease
from tests.factories.log import append, claimed, integrate_and_seal, oracle_root, stored_leaves
from tests.integration.apps.audit.log.conftest import Log

WAIT_SECONDS = 20


def size_of(log: Log) -> int:
    with psycopg.connect(log.dsn) as admin:
        row = admin.execute("SELECT size FROM audit_log_state").fetchone()
    assert row is not None
    return int(row[0])


def entries(log: Log) -> list[int]:
    with psycopg.connect(log.dsn) as admin:
        return [number for (number,) in admin.execute("SELECT id FROM audit_entry ORDER BY id").fetchall()]


def require_whole(log: Log) -> None:
    """Every entry has one leaf, places have no gap, and the tree is the one that pymerkle builds."""
    leaves = stored_leaves(log.dsn)
    assert [leaf.index for leaf in leaves] == list(range(size_of(log)))
    assert sorted(leaf.entry_id for leaf in leaves if leaf.entry_id is not None) == entries(log)
    root = root_at(tree_size=len(leaves), read=read_stored_tile)
    assert root == oracle_root([leaf.body for leaf in leaves])
    own: dict[UUID, list[int]] = {}
    for leaf in leaves:
        if leaf.company_index is not None and leaf.company_id is not None:
            own.setdefault(leaf.company_id, []).append(leaf.company_index)
    assert all(places == list(range(len(places))) for places in own.values())


@contextmanager
def waiting_transaction(company_id: UUID) -> Iterator[threading.Event]:
    """Append a leaf in a transaction that commits when the event is set; it has its id and its xid before."""
    appended, may_commit = threading.Event(), threading.Event()

    @transactional
    def work() -> None:
        append(company_id)
        appended.set()
        assert may_commit.wait(WAIT_SECONDS)

    def work_alone() -> None:
        try:
            work()
        finally:
            connections.close_all()

    thread = threading.Thread(target=work_alone)
    thread.start()
    try:
        assert appended.wait(WAIT_SECONDS)
        yield may_commit
    finally:
        may_commit.set()
        thread.join(WAIT_SECONDS)
        assert not thread.is_alive()


class TestBatches:
    def test_of_any_width_make_the_same_tree(self, log: Log) -> None:
        append(log.acme, 7)
        append(log.bolt, 4)
        append(None, 2)
        lease = claimed()
        widths = [integrate_leaves(lease=lease, batch=width).leaves for width in (1, 5, 3, 100, 100)]
        assert widths == [1, 5, 3, len(entries(log)) - 9, 0]
        require_whole(log)

    def test_keep_the_order_of_commits_within_a_company(self, log: Log) -> None:
        for _ in range(3):
            append(log.acme)
            append(log.bolt)
            integrate_and_seal()
        leaves = [leaf for leaf in stored_leaves(log.dsn) if leaf.entry_id is not None]
        assert [leaf.entry_id for leaf in leaves] == entries(log)
        require_whole(log)

    def test_find_nothing_twice(self, log: Log) -> None:
        append(log.acme)
        integrate_and_seal()
        lease = claimed()
        assert [integrate_leaves(lease=lease).leaves for _ in range(3)] == [0, 0, 0]


class TestLateCommit:
    def test_is_not_lost_though_its_id_is_the_smaller_one(self, log: Log) -> None:
        with waiting_transaction(log.acme) as may_commit:
            append(log.acme)
            integrate_and_seal()
            before = size_of(log)
            integrate_and_seal()
            assert size_of(log) == before
            may_commit.set()
        integrate_and_seal()
        require_whole(log)
        numbers = [leaf.entry_id for leaf in stored_leaves(log.dsn) if leaf.company_id == log.acme]
        in_order = [number for number in numbers if number is not None]
        assert in_order != sorted(in_order), "the smaller id must come later, or nothing was tried"

    def test_that_never_comes_leaves_no_gap(self, log: Log) -> None:
        @transactional
        def give_up() -> None:
            append(log.acme)
            raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            give_up()
        append(log.acme)
        integrate_and_seal()
        require_whole(log)


class TestKilled:
    def test_between_two_batches_goes_on_behind_the_first(self, log: Log) -> None:
        append(log.acme, 10)
        first = claimed()
        assert integrate_leaves(lease=first, batch=3).has_more
        release_lease(first)
        append(log.bolt, 2)
        integrate_and_seal(batch=3)
        require_whole(log)

    def test_within_a_batch_leaves_nothing_of_it(self, log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
        append(log.acme, 10)
        lease = claimed()
        integrate_leaves(lease=lease, batch=3)

        def die(**_: object) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
            patched.setattr(module, "store_state", die)
            integrate_leaves(lease=lease, batch=3)
        assert [leaf.index for leaf in stored_leaves(log.dsn)] == [0, 1, 2]
        release_lease(lease)
        integrate_and_seal(batch=3)
        require_whole(log)


class TestLostLease:
    def test_refuses_the_one_who_wakes_up_late(self, log: Log) -> None:
        append(log.acme, 5)
        late = claimed()
        integrate_leaves(lease=late, batch=2)
        release_lease(late)
        integrate_and_seal(batch=2)
        before = stored_leaves(log.dsn)
        append(log.acme)
        with pytest.raises(LeaseMustBeHeld):
            integrate_leaves(lease=late)
        assert stored_leaves(log.dsn) == before


class TestRestoredDump:
    """In another cluster transaction ids begin anew, so that the stored snapshot means nothing there."""

    STRANGE = "INSERT INTO database_cluster (epoch, system_identifier) VALUES (99, 1)"
    WOKEN = (
        "UPDATE audit_log_state SET cluster_epoch = 99,"
        " base = '999999999:999999999:', target = {target}, after_id = {after}"
    )

    def wake_up_elsewhere(self, log: Log, *, target: str = "NULL", after: int = 0) -> None:
        """Let the state say that it was kept in a cluster with far larger transaction ids."""
        with psycopg.connect(log.dsn) as admin:
            admin.execute(self.STRANGE)
            admin.execute(self.WOKEN.format(target=target, after=after))

    def test_goes_on_with_what_has_no_leaf_yet(self, log: Log) -> None:
        append(log.acme, 4)
        integrate_and_seal()
        append(log.bolt, 3)
        self.wake_up_elsewhere(log)
        append(log.acme, 2)
        integrate_and_seal()
        require_whole(log)
        append(log.bolt)
        integrate_and_seal()
        require_whole(log)

    def test_taken_within_a_batch_goes_on_all_the_same(self, log: Log) -> None:
        append(log.acme, 9)
        lease = claimed()
        integrate_leaves(lease=lease, batch=4)
        release_lease(lease)
        self.wake_up_elsewhere(log, target="'999999999:999999999:'", after=entries(log)[-1])
        integrate_and_seal(batch=2)
        require_whole(log)

    def test_killed_while_it_looks_for_leaves_goes_on(self, log: Log) -> None:
        append(log.acme, 6)
        self.wake_up_elsewhere(log)
        lease = claimed()
        assert integrate_leaves(lease=lease, batch=2).has_more
        append(log.acme, 2)
        release_lease(lease)
        integrate_and_seal(batch=2)
        require_whole(log)
