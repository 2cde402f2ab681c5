# SPDX-License-Identifier: Apache-2.0
"""A job that a program asked for runs with what the program, and the yes of its person, hold when it runs."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from cortex.database.transactions import transactional
from cortex.jobs.models import Job
from cortex.jobs.running import RunningJob
from cortex.policy.explain import explain_decision
from cortex.policy.models import PolicyDecision
from cortex.ports.principal import Principal
from cortex.ports.programs import Programs
from cortex.ports.registry import get
from cortex.programs.clients.change_client import change_client
from cortex.programs.clients.switch_client import switch_client
from cortex.programs.models import Authorization
from cortex.tenancy import scope
from tests.factories.people import CONSOLE, Cast, create_user, let_in, service_client
from tests.factories.programs import Web
from tests.factories.sessions import sign_in, with_factor
from tests.integration.cortex.jobs.asking import Work, ask, run

SCOPES = ("accounting:read", "accounting:write")


@pytest.fixture
def web(people: Cast, sent: list[Any]) -> Web:
    """Return a program that Alice lets act in her name."""
    web = Web(client_id="shop", scopes=SCOPES)
    web.tokens_from(sign_in(Client(), people.alice), scope=" ".join(SCOPES))
    return web


@pytest.fixture
def runs(work: Callable[[Work], None]) -> list[RunningJob]:
    """Return the jobs whose work began."""
    begun: list[RunningJob] = []
    work(begun.append)
    return begun


def through(user_id: UUID) -> Principal:
    return Principal(
        kind="client", id="shop", user_id=user_id, scopes=frozenset(SCOPES), acts_for_person=True
    )


def failure(job: Job) -> str:
    assert (job.state, job.result) == ("failed", None)
    return str(job.error["code"])


class TestInAPersonsName:
    def test_is_done_while_the_yes_stands(self, people: Cast, web: Web, runs: list[RunningJob]) -> None:
        job = run(people, ask(people, principal=through(people.alice.id)))
        assert job.state == "succeeded"
        assert [each.principal.urn for each in runs] == [f"client:shop:user:{people.alice.id}"]

    def test_is_not_done_once_the_yes_was_taken_back(
        self, people: Cast, web: Web, runs: list[RunningJob]
    ) -> None:
        job_id = ask(people, principal=through(people.alice.id))
        get(Programs).end_all_of(user_id=people.alice.id, ended_by=CONSOLE)
        assert failure(run(people, job_id)) == "jobs.owners_consent_must_stand"
        assert runs == []

    def test_is_not_done_once_the_person_lets_it_do_less(
        self, people: Cast, web: Web, runs: list[RunningJob]
    ) -> None:
        job_id = ask(people, principal=through(people.alice.id))
        Authorization.objects.update(scopes=["accounting:read"])
        assert failure(run(people, job_id)) == "policy.access_must_be_granted"
        assert runs == []

    def test_is_not_done_while_the_person_owes_a_second_factor(
        self, people: Cast, web: Web, runs: list[RunningJob]
    ) -> None:
        first, second = (ask(people, principal=through(people.alice.id)) for _ in range(2))
        roles = ["controller", "administrator"]
        let_in(company_id=people.company.id, user_id=people.alice.id, roles=roles)
        assert failure(run(people, first)) == "jobs.owner_must_have_second_factor"
        with_factor(people.alice)
        assert run(people, second).state == "succeeded"
        assert [each.id for each in runs] == [second]

    def test_is_not_done_once_the_program_was_switched_off(
        self, people: Cast, web: Web, runs: list[RunningJob]
    ) -> None:
        job_id = ask(people, principal=through(people.alice.id))
        switch_client(client_id="shop", is_enabled=False, switched_by=CONSOLE)
        assert failure(run(people, job_id)) == "jobs.owners_program_must_be_served"
        assert runs == []


class TestOfAProgramItself:
    @pytest.fixture
    def robot(self, people: Cast, sent: list[Any]) -> Principal:
        user = create_user(username="robot", kind="service")
        let_in(company_id=people.company.id, user_id=user.id, roles=["accountant"])
        service_client(user, scopes=SCOPES)
        return Principal(kind="client", id="robot", user_id=user.id, scopes=frozenset(SCOPES))

    def test_needs_nobodys_yes(self, people: Cast, robot: Principal, runs: list[RunningJob]) -> None:
        assert run(people, ask(people, principal=robot)).state == "succeeded"

    def test_is_not_done_once_its_terms_say_less(
        self, people: Cast, robot: Principal, runs: list[RunningJob]
    ) -> None:
        job_id = ask(people, principal=robot)
        change_client(client_id="robot", scopes=["accounting:read"], changed_by=CONSOLE)
        assert failure(run(people, job_id)) == "policy.access_must_be_granted"
        assert runs == []


class TestOfAPerson:
    def test_is_not_done_while_they_owe_a_second_factor(self, people: Cast, runs: list[RunningJob]) -> None:
        first, second = (ask(people) for _ in range(2))
        roles = ["controller", "administrator"]
        let_in(company_id=people.company.id, user_id=people.alice.id, roles=roles)
        assert failure(run(people, first)) == "jobs.owner_must_have_second_factor"
        with_factor(people.alice)
        assert run(people, second).state == "succeeded"
        assert [each.id for each in runs] == [second]


class TestRefusal:
    """What stands in the way before any policy is asked is a decision, too."""

    def refused(self, people: Cast, principal: Principal) -> list[str]:
        with scope([people.company.id]):
            found = transactional(
                lambda: list(
                    PolicyDecision.objects.filter(
                        company_id=people.company.id,
                        principal=principal.urn,
                        action="accounting.journal.import",
                        is_allowed=False,
                    ).order_by("id")
                )
            )()
            for each in found:
                told = explain_decision(company_id=people.company.id, decision_id=each.id)
                assert (told.reason, told.is_allowed) == (each.reason, False)
        return [each.reason for each in found]

    def test_of_a_program_that_is_off_is_recorded(
        self, people: Cast, web: Web, runs: list[RunningJob]
    ) -> None:
        job_id = ask(people, principal=through(people.alice.id))
        switch_client(client_id="shop", is_enabled=False, switched_by=CONSOLE)
        run(people, job_id)
        reason = "the program that asked for the job is switched off"
        assert self.refused(people, through(people.alice.id)) == [reason]

    def test_of_a_yes_that_was_taken_back_is_recorded(
        self, people: Cast, web: Web, runs: list[RunningJob]
    ) -> None:
        job_id = ask(people, principal=through(people.alice.id))
        get(Programs).end_all_of(user_id=people.alice.id, ended_by=CONSOLE)
        run(people, job_id)
        reason = "the person lets the program act in their name no more"
        assert self.refused(people, through(people.alice.id)) == [reason]

    def test_of_an_owed_factor_is_recorded(self, people: Cast, runs: list[RunningJob]) -> None:
        job_id = ask(people)
        let_in(company_id=people.company.id, user_id=people.alice.id, roles=["controller", "administrator"])
        run(people, job_id)
        reason = "the person who asked for the job owes a second factor"
        assert self.refused(people, people.alice_principal) == [reason]
