# SPDX-License-Identifier: Apache-2.0
"""Long work: done once, watched while it runs, stopped on request, taken up again when its worker dies."""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from celery.contrib.testing.worker import start_worker
from django.db import DatabaseError, connection
from kombu.exceptions import OperationalError
from pytest_django.fixtures import Settings

from cortex import clock
from cortex.database.transactions import transactional
from cortex.errors import CortexError
from cortex.identity.memberships import grant_membership
from cortex.jobs import enqueue as enqueueing
from cortex.jobs import kinds, tasks
from cortex.jobs.abandoned import ATTEMPTS_MAX, UNSENT_AFTER, take_up_abandoned
from cortex.jobs.cancel import cancel_job
from cortex.jobs.enqueue import enqueue
from cortex.jobs.errors import JobInputFileMustExist, JobKindMustBeKnown, JobMustBeUnfinished, JobMustExist
from cortex.jobs.kinds import job_kind
from cortex.jobs.models import Job
from cortex.jobs.progress import separate_transaction
from cortex.jobs.run import run_job
from cortex.jobs.running import RunningJob
from cortex.jobs.selectors import job_of, jobs_of_owner
from cortex.policy.authorizer import AccessMustBeGranted
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from cortex.ports.storage import Storage
from cortex.storage.models import StoredFile
from cortex.tenancy import scope
from cortex.tenancy.companies import create_company
from settings.celery import app
from tests.factories.people import Cast, cast
from tests.frame.clones import Clone

KIND = "testing.count"
Work = Callable[[RunningJob], Any]


class ShelfMustBeFull(CortexError):
    code = "testing.shelf_must_be_full"


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


def ask(people: Cast, **more: Any) -> UUID:
    return enqueue(kind=KIND, company_id=people.company.id, principal=people.alice_principal, **more)


def run(people: Cast, job_id: UUID) -> Job:
    run_job(company_id=people.company.id, job_id=job_id)
    return look(people, job_id)


def look(people: Cast, job_id: UUID) -> Job:
    with scope([people.company.id]):
        return job_of(company_id=people.company.id, job_id=job_id)


class TestEnqueue:
    def test_stores_the_job_and_sends_it_at_commit(self, people: Cast, work: object, sent: list[Any]) -> None:
        @transactional
        def verb() -> UUID:
            job_id = ask(people, input={"upto": 3})
            assert sent == []
            return job_id

        job_id = verb()
        assert sent == [(job_id, "ledger")]
        job = look(people, job_id)
        assert (job.state, job.kind, job.input, job.owner_urn) == (
            "queued",
            KIND,
            {"upto": 3},
            people.alice_principal.urn,
        )

    def test_leaves_nothing_when_the_verb_fails(self, people: Cast, work: object, sent: list[Any]) -> None:
        @transactional
        def verb() -> None:
            ask(people, files={"journal": ("j.csv", b"x")})
            raise RuntimeError("the verb fails")

        with pytest.raises(RuntimeError, match="the verb fails"):
            verb()
        assert sent == []
        with scope([people.company.id]):
            assert transactional(Job.objects.count)() == 0
            assert transactional(StoredFile.objects.count)() == 0

    def test_refuses_whoever_may_not_do_the_work(self, people: Cast, work: object, sent: list[Any]) -> None:
        bob = Principal(kind="user", id=str(people.bob.id), user_id=people.bob.id)
        with pytest.raises(AccessMustBeGranted):
            enqueue(kind=KIND, company_id=people.company.id, principal=bob)
        assert sent == []

    def test_refuses_an_unknown_kind(self, people: Cast, sent: list[Any]) -> None:
        with pytest.raises(JobKindMustBeKnown):
            enqueue(kind="testing.unknown", company_id=people.company.id, principal=people.alice_principal)

    def test_keeps_the_job_when_the_broker_is_down(
        self, people: Cast, work: object, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(*args: object, **kwargs: object) -> None:
            raise OperationalError("connection refused")

        monkeypatch.setattr(app, "send_task", refuse)
        assert look(people, ask(people)).state == "queued"


class TestRun:
    def test_gives_the_work_its_input_files_owner_and_scope(
        self, people: Cast, work: Callable[[Work], None], sent: list[Any]
    ) -> None:
        seen: list[Any] = []

        def remember(job: RunningJob) -> None:
            with scope([people.company.id]):
                count = transactional(StoredFile.objects.count)()
            seen.extend([job.input, job.read_file("journal"), job.principal, count])
            with pytest.raises(JobInputFileMustExist):
                job.read_file("accounts")

        work(remember)
        job = run(people, ask(people, input={"a": 1}, files={"journal": ("j.csv", b"bytes")}))
        assert seen == [{"a": 1}, b"bytes", people.alice_principal, 1]
        assert (job.state, job.result, job.attempts) == ("succeeded", {}, 1)
        assert job.finished_at is not None

    def test_reads_a_file_that_was_stored_before(
        self, people: Cast, work: Callable[[Work], None], sent: list[Any]
    ) -> None:
        stored = get(Storage).put(company_id=people.company.id, name="j.csv", content=b"bytes")
        work(lambda job: {"size": len(job.read_file("journal"))})
        assert run(people, ask(people, stored_files={"journal": stored.id})).result == {"size": 5}

    def test_does_a_job_that_is_delivered_twice_once(
        self, people: Cast, work: Callable[[Work], None], sent: list[Any]
    ) -> None:
        runs: list[UUID] = []
        work(lambda job: runs.append(job.id))
        job_id = ask(people)
        run(people, job_id)
        run(people, job_id)
        assert runs == [job_id]

    def test_does_a_job_that_two_workers_get_at_once_once(
        self, people: Cast, work: Callable[[Work], None], sent: list[Any]
    ) -> None:
        runs: list[UUID] = []
        start = threading.Barrier(4)
        work(lambda job: runs.append(job.id))
        job_id = ask(people)

        def deliver() -> None:
            start.wait(timeout=10)
            run_job(company_id=people.company.id, job_id=job_id)
            connection.close()

        threads = [threading.Thread(target=deliver) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=10)
        assert runs == [job_id]

    def test_keeps_a_refusal_as_a_problem(
        self, people: Cast, work: Callable[[Work], None], sent: list[Any]
    ) -> None:
        @transactional
        def refuse(job: RunningJob) -> None:
            get(Storage).put(company_id=job.company_id, name="half", content=b"")
            raise ShelfMustBeFull("Shelf: expected 3 books, got 2.", evidence={"got": 2})

        work(refuse)
        job = run(people, ask(people))
        assert (job.state, job.result) == ("failed", None)
        assert job.error == {
            "code": "testing.shelf_must_be_full",
            "title": "Shelf must be full",
            "detail": "Shelf: expected 3 books, got 2.",
            "evidence": {"got": 2},
        }
        with scope([people.company.id]):
            assert transactional(StoredFile.objects.count)() == 0

    def test_tells_nothing_of_an_unexpected_error(
        self, people: Cast, work: Callable[[Work], None], sent: list[Any]
    ) -> None:
        def fail(job: RunningJob) -> None:
            raise ValueError("hunter2")

        work(fail)
        job = run(people, ask(people))
        assert job.state == "failed"
        assert job.error["code"] == "cortex.unexpected"
        assert "hunter2" not in str(job.error)

    def test_asks_again_whether_the_owner_may(self, people: Cast, work: object, sent: list[Any]) -> None:
        job_id = ask(people)
        grant_membership(company_id=people.company.id, user_id=people.alice.id, role="viewer")
        job = run(people, job_id)
        assert (job.state, job.error["code"]) == ("failed", "policy.access_must_be_granted")


class TestProgress:
    def test_is_seen_while_the_transaction_of_the_work_is_open(
        self, people: Cast, work: Callable[[Work], None], sent: list[Any]
    ) -> None:
        seen: list[tuple[int, int | None, str]] = []

        def watch(job_id: UUID) -> None:
            job = look(people, job_id)
            seen.append((job.done, job.total, job.message))
            connection.close()

        @transactional
        def count(job: RunningJob) -> None:
            get(Storage).put(company_id=job.company_id, name="half", content=b"")
            job.progress(done=5, total=10, message="half way")
            watcher = threading.Thread(target=watch, args=[job.id])
            watcher.start()
            watcher.join(timeout=10)

        work(count)
        assert run(people, ask(people)).state == "succeeded"
        assert seen == [(5, 10, "half way")]

    def test_is_written_at_most_once_a_second_and_at_the_end(
        self, people: Cast, work: Callable[[Work], None], sent: list[Any], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        written: list[int] = []
        monkeypatch.setattr(
            "cortex.jobs.running.report_progress", lambda **report: written.append(report["done"])
        )

        def count(job: RunningJob) -> None:
            for done in range(1, 1001):
                job.progress(done=done, total=1000)

        work(count)
        run(people, ask(people))
        assert written == [1, 1000]

    def test_ends_work_whose_lease_was_given_to_another(
        self, people: Cast, work: Callable[[Work], None], sent: list[Any]
    ) -> None:
        @transactional
        def overtaken(job: RunningJob) -> None:
            get(Storage).put(company_id=job.company_id, name="half", content=b"")
            job.claim = job.id
            job.progress(done=1)

        work(overtaken)
        job = run(people, ask(people))
        assert job.state == "running"
        with scope([people.company.id]):
            assert transactional(StoredFile.objects.count)() == 0


class TestCancel:
    def test_ends_a_waiting_job_at_once(
        self, people: Cast, work: Callable[[Work], None], sent: list[Any]
    ) -> None:
        runs: list[UUID] = []
        work(lambda job: runs.append(job.id))
        job_id = ask(people)
        with scope([people.company.id]):
            assert cancel_job(company_id=people.company.id, job_id=job_id).state == "cancelled"
        assert run(people, job_id).state == "cancelled"
        assert runs == []

    def test_ends_a_running_job_at_its_next_report_and_rolls_it_back(
        self, people: Cast, work: Callable[[Work], None], sent: list[Any]
    ) -> None:
        def cancel(job_id: UUID) -> None:
            with scope([people.company.id]):
                cancel_job(company_id=people.company.id, job_id=job_id)
            connection.close()

        @transactional
        def stubborn(job: RunningJob) -> None:
            get(Storage).put(company_id=job.company_id, name="half", content=b"")
            other = threading.Thread(target=cancel, args=[job.id])
            other.start()
            other.join(timeout=10)
            job.progress(done=1, total=2)
            raise AssertionError("the work went on")

        work(stubborn)
        job = run(people, ask(people))
        assert (job.state, job.result, job.error) == ("cancelled", None, None)
        with scope([people.company.id]):
            assert transactional(StoredFile.objects.count)() == 0

    def test_refuses_a_finished_job(self, people: Cast, work: object, sent: list[Any]) -> None:
        job_id = ask(people)
        run(people, job_id)
        with scope([people.company.id]), pytest.raises(JobMustBeUnfinished):
            cancel_job(company_id=people.company.id, job_id=job_id)


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


class TestWatchers:
    def test_see_their_own_jobs_newest_first(self, people: Cast, work: object, sent: list[Any]) -> None:
        first, second = ask(people), ask(people)
        with scope([people.company.id]):
            own = jobs_of_owner(company_id=people.company.id, principal=people.alice_principal)
            assert [job.id for job in own] == [second, first]
            assert jobs_of_owner(company_id=people.company.id, principal=Principal.service("console")) == []

    def test_see_no_job_of_another_company(self, people: Cast, work: object, sent: list[Any]) -> None:
        job_id = ask(people)
        with scope([create_company(code="OTHER", name="Other").id]), pytest.raises(JobMustExist):
            job_of(company_id=people.company.id, job_id=job_id)


class TestWorker:
    def test_does_a_job_that_waits_in_its_queue(self, people: Cast, work: Callable[[Work], None]) -> None:
        done = threading.Event()

        def finish(job: RunningJob) -> dict[str, int]:
            done.set()
            return {"counted": 3}

        work(finish)
        with start_worker(app, pool="solo", perform_ping_check=False, queues=["ledger"], shutdown_timeout=20):
            job_id = ask(people)
            assert done.wait(timeout=10)
        job = look(people, job_id)
        assert (job.state, job.result) == ("succeeded", {"counted": 3})
