# SPDX-License-Identifier: Apache-2.0
"""A process starts although somebody holds for long what it would write to, such as a migration."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
import pytest
from structlog.testing import capture_logs

from cortex.boot.lifecycle.bounded import run_bounded
from cortex.boot.report import compose_report
from cortex.observability.boot_leaf import leave_boot_leaf
from cortex.policy.active import ACTIVE
from cortex.policy.record_packaged_text import RECORDING_LOCK
from cortex.policy.start import look_at_policies
from cortex.ports.clock import Clock
from cortex.ports.registry import get
from tests.factories.releases import another_text, release_with
from tests.frame.clones import Clone

# Those of the hooks in whose time all this must be over, with some to spare.
SECONDS_MAX = 9.0
HELD = {
    "the log": "LOCK TABLE audit_entry IN ACCESS EXCLUSIVE MODE",
    "the texts": "LOCK TABLE policy_packaged_text IN ACCESS EXCLUSIVE MODE",
    "the turn": f"SELECT pg_advisory_xact_lock({RECORDING_LOCK})",
}


@contextmanager
def held(database: Clone, statement: str) -> Iterator[None]:
    with psycopg.connect(database.admin_dsn) as admin, admin.transaction(force_rollback=True):
        admin.execute(statement)
        yield


def said_by(start: Callable[[], object]) -> list[str]:
    """Return what a start says that ends in time; raises TimeIsOver."""
    with capture_logs() as lines:
        run_bounded(work=start, name="start", seconds=SECONDS_MAX)
    return [line["event"] for line in lines]


@pytest.mark.parametrize("what", HELD)
def test_says_that_its_policies_are_not_recorded(what: str, committed_database: Clone) -> None:
    with release_with(another_text()):
        with held(committed_database, HELD[what]):
            assert said_by(look_at_policies) == ["packaged_policies_not_recorded"]
        assert said_by(look_at_policies) == []


def test_does_not_wait_for_the_version_in_force_either(committed_database: Clone) -> None:
    ACTIVE.look_again()
    with held(committed_database, "LOCK TABLE policy_activation IN ACCESS EXCLUSIVE MODE"):
        began = time.monotonic()
        assert said_by(look_at_policies) == ["packaged_policies_not_recorded"]
    assert time.monotonic() - began < SECONDS_MAX


def test_says_that_it_left_no_leaf_of_itself(committed_database: Clone) -> None:
    report = compose_report(process="worker", at=get(Clock).now())
    with held(committed_database, HELD["the log"]):
        assert said_by(lambda: leave_boot_leaf(report=report)) == ["boot_leaf_not_left"]
    assert said_by(lambda: leave_boot_leaf(report=report)) == []
