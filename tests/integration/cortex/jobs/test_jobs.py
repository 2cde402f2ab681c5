# SPDX-License-Identifier: Apache-2.0
"""Long work: done once, watched while it runs, stopped on request, taken up again when its worker dies."""

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from celery.contrib.testing.worker import start_worker
from django.db import connection
from django.test import Client
from kombu.exceptions import OperationalError

from cortex.database.transactions import transactional
from cortex.errors import CortexError
from cortex.jobs.cancel import cancel_job
from cortex.jobs.enqueue import enqueue
from cortex.jobs.errors import JobInputFileMustExist, JobKindMustBeKnown, JobMustBeUnfinished, JobMustExist
from cortex.jobs.models import Job
from cortex.jobs.run import run_job
from cortex.jobs.running import RunningJob
from cortex.jobs.selectors import job_of, jobs_of_owner
from cortex.policy.access import AccessMustBeGranted
from cortex.ports.principal import Authentication, Principal
from cortex.ports.registry import get
from cortex.ports.storage import Storage
from cortex.storage.models import StoredFile
from cortex.tenancy import scope
from settings.celery import app
from tests.factories.people import Cast, create_company, let_in
from tests.factories.programs import Web
from tests.factories.sessions import sign_in
from tests.integration.cortex.jobs.asking import KIND, Work, ask, look, run


class ShelfMustBeFull(CortexError):
    code = "testing.shelf_must_be_full"


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

    def test_of_a_program_that_acts_for_a_person_is_both_of_theirs(
        self, people: Cast, work: Callable[[Work], None], sent: list[Any]
    ) -> None:
        seen: list[Principal] = []
        work(lambda job: seen.append(job.principal))
        scopes = ("accounting:read", "accounting:write", "jobs:read", "jobs:write")
        planner = Web(client_id="planner", scopes=scopes)
        planner.tokens_from(sign_in(Client(), people.alice), scope=" ".join(scopes))
        asker = Principal(
            kind="client",
            id="planner",
            user_id=people.alice.id,
            scopes=frozenset(scopes),
            acts_for_person=True,
            authentication=Authentication(certificate="spiffe://cortex/planner"),
        )
        job = run(people, ask(people, principal=asker))
        assert job.owner_urn == asker.urn == f"client:planner:user:{people.alice.id}"
        assert (seen, seen[0].authentication.certificate) == ([asker], "spiffe://cortex/planner")
        company = {"company_id": people.company.id}
        other = replace(asker, user_id=people.bob.id)
        with scope([people.company.id]):
            assert [each.id for each in jobs_of_owner(**company, principal=asker)] == [job.id]
            assert jobs_of_owner(**company, principal=other) == []

    def test_asks_again_whether_the_owner_may(self, people: Cast, work: object, sent: list[Any]) -> None:
        job_id = ask(people)
        let_in(company_id=people.company.id, user_id=people.alice.id, roles=["viewer"])
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
