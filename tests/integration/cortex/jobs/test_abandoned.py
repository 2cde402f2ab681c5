# SPDX-License-Identifier: Apache-2.0
"""A job whose worker died, or whose message was lost, is taken up again or ended."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError
from pytest_django.fixtures import Settings

from cortex import clock
from cortex.jobs import kinds, tasks
from cortex.jobs.abandoned import ATTEMPTS_MAX, UNSENT_AFTER, take_up_abandoned
from cortex.jobs.cancel import cancel_job
from cortex.jobs.enqueue import enqueue
from cortex.jobs.kinds import job_kind
from cortex.jobs.progress import separate_transaction
from cortex.jobs.run import run_job
from cortex.jobs.running import RunningJob
from cortex.tenancy import scope
from tests.factories.people import Cast
from tests.integration.cortex.jobs.asking import Work, ask, look, run


class TestAbandonedJob:
    @pytest.fixture
    def killer(self, work: Callable[[Work], None]) -> None:
        def kill(job: RunningJob) -> None:
            raise SystemExit("the worker is killed")

        work(kill)

    def die(self, people: Cast, job_id: UUID) -> None:
        with pytest.raises(SystemExit):
            run_job(company_id=people.company.id, job_id=job_id)

    def test_is_taken_up_when_its_lease_ran_out_and_not_before(
        self, people: Cast, killer: None, work: Callable[[Work], None], sent: list[Any], settings: Settings
    ) -> None:
        job_id = ask(people)
        self.die(people, job_id)
        sent.clear()
        assert take_up_abandoned(at=clock.now()) == 0
        later = clock.now() + timedelta(seconds=settings.JOB_LEASE_SECONDS + 1)
        assert take_up_abandoned(at=later) == 1
        assert sent == [(job_id, "ledger")]

    def test_is_done_by_the_next_worker(
        self, people: Cast, killer: None, work: Callable[[Work], None], sent: list[Any], settings: Settings
    ) -> None:
        settings.JOB_LEASE_SECONDS = 0.001
        job_id = ask(people)
        self.die(people, job_id)
        work(lambda job: {"by": "the next"})
        settings.JOB_LEASE_SECONDS = 60
        job = run(people, job_id)
        assert (job.state, job.result, job.attempts) == ("succeeded", {"by": "the next"}, 2)

    def test_is_ended_after_killing_its_worker_too_often(
        self, people: Cast, killer: None, sent: list[Any], settings: Settings
    ) -> None:
        settings.JOB_LEASE_SECONDS = 0.001
        job_id = ask(people)
        for _ in range(ATTEMPTS_MAX):
            self.die(people, job_id)
        sent.clear()
        take_up_abandoned(at=clock.now() + timedelta(seconds=1))
        job = look(people, job_id)
        assert (job.state, job.error["code"]) == ("failed", "jobs.job_must_not_fail_again")
        assert sent == []

    def test_is_sent_again_when_its_message_was_lost(
        self, people: Cast, work: object, sent: list[Any]
    ) -> None:
        job_id = ask(people)
        sent.clear()
        assert take_up_abandoned(at=clock.now()) == 0
        assert take_up_abandoned(at=clock.now() + UNSENT_AFTER + timedelta(seconds=1)) == 1
        assert sent == [(job_id, "ledger")]

    def test_that_waits_is_not_sent_at_every_look(self, people: Cast, work: object, sent: list[Any]) -> None:
        job_id = ask(people)
        sent.clear()
        late = clock.now() + UNSENT_AFTER + timedelta(seconds=1)
        for seconds in (0, 30, 60):
            take_up_abandoned(at=late + timedelta(seconds=seconds))
        assert sent == [(job_id, "ledger")]
        take_up_abandoned(at=late + UNSENT_AFTER + timedelta(seconds=1))
        assert sent == [(job_id, "ledger")] * 2

    def test_of_a_kind_that_is_gone_is_ended_and_keeps_nobody_waiting(
        self, people: Cast, work: Callable[[Work], None], sent: list[Any]
    ) -> None:
        job_kind("testing.gone", action="accounting.journal.import", queue="ledger")(lambda job: None)
        gone = enqueue(kind="testing.gone", company_id=people.company.id, principal=people.alice_principal)
        del kinds._kinds["testing.gone"]
        job_id = ask(people)
        sent.clear()
        take_up_abandoned(at=clock.now() + UNSENT_AFTER + timedelta(seconds=1))
        job = look(people, gone)
        assert (job.state, job.error["code"]) == ("failed", "jobs.job_kind_must_be_known")
        assert sent == [(job_id, "ledger")]

    def test_keeps_its_lease_while_its_worker_lives(
        self, people: Cast, work: Callable[[Work], None], sent: list[Any], settings: Settings
    ) -> None:
        settings.JOB_LEASE_SECONDS = 0.3
        abandoned: list[int] = []

        def slow(job: RunningJob) -> None:
            threading.Event().wait(0.7)
            abandoned.append(take_up_abandoned(at=clock.now()))

        work(slow)
        assert run(people, ask(people)).state == "succeeded"
        assert abandoned == [0]

    def test_is_ended_when_somebody_cancelled_it(
        self, people: Cast, killer: None, sent: list[Any], settings: Settings
    ) -> None:
        settings.JOB_LEASE_SECONDS = 0.001
        job_id = ask(people)
        self.die(people, job_id)
        with scope([people.company.id]):
            cancel_job(company_id=people.company.id, job_id=job_id)
        take_up_abandoned(at=clock.now() + timedelta(seconds=1))
        assert look(people, job_id).state == "cancelled"

    def test_is_found_by_the_schedule(
        self, people: Cast, killer: None, sent: list[Any], settings: Settings
    ) -> None:
        settings.JOB_LEASE_SECONDS = 0.001
        job_id = ask(people)
        self.die(people, job_id)
        sent.clear()
        tasks.take_up_abandoned()
        assert sent == [(job_id, "ledger")]

    def test_goes_on_when_one_renewal_of_its_lease_fails(
        self,
        people: Cast,
        work: Callable[[Work], None],
        sent: list[Any],
        settings: Settings,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        settings.JOB_LEASE_SECONDS = 0.3
        renewed: list[UUID] = []

        def fail_once(company_id: UUID) -> Any:
            renewed.append(company_id)
            if len(renewed) == 1:
                raise DatabaseError("the connection is gone")
            return separate_transaction(company_id)

        monkeypatch.setattr("cortex.jobs.heartbeat.separate_transaction", fail_once)

        def slow(job: RunningJob) -> None:
            threading.Event().wait(0.5)

        work(slow)
        assert run(people, ask(people)).state == "succeeded"
        assert len(renewed) > 1
