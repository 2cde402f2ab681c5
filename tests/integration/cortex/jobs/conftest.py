# SPDX-License-Identifier: Apache-2.0
"""People, a queue that only collects, and a kind of job for the tests."""

from collections.abc import Callable, Iterator
from uuid import UUID

import pytest

from cortex.jobs import enqueue as enqueueing
from cortex.jobs import kinds
from cortex.jobs.kinds import job_kind
from tests.factories.people import Cast, cast
from tests.frame.clones import Clone
from tests.integration.cortex.jobs.asking import KIND, Work


@pytest.fixture
def people(committed_database: Clone) -> Cast:
    return cast()


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[UUID, str]]:
    """Collect what is sent to queues instead of sending it."""
    messages: list[tuple[UUID, str]] = []

    def collect(*, job_id: UUID, company_id: UUID, queue: str) -> None:
        messages.append((job_id, queue))

    monkeypatch.setattr(enqueueing, "send", collect)
    monkeypatch.setattr("cortex.jobs.abandoned.send", collect)
    return messages


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Work], None]]:
    """Register a function as the work of the tests' kind."""
    monkeypatch.setattr(kinds, "_kinds", dict(kinds._kinds))

    def register(function: Work) -> None:
        job_kind(KIND, action="accounting.journal.import", queue="ledger")(function)

    register(lambda job: {"counted": 3})
    return register
