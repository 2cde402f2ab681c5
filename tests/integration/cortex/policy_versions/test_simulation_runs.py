# SPDX-License-Identifier: Apache-2.0
"""A simulation runs beside requests: one at a time, with progress, for one text, and a failure says why."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from cortex.errors import CortexError
from cortex.identity.models import User
from cortex.policy.active import ACTIVE
from cortex.policy.models import PolicyVersion
from cortex.policy_versions import abandoned_simulations, run_simulation, simulation
from cortex.policy_versions.abandoned_simulations import take_up_simulations
from cortex.policy_versions.asker import kept_asker
from cortex.policy_versions.begin_simulation import begin_simulation
from cortex.policy_versions.errors import (
    PolicySimulationMustEnd,
    PolicyVersionMustComeSoFar,
    SimulatedTextMustBeTheSame,
)
from cortex.policy_versions.models import PolicySimulation
from cortex.policy_versions.simulate_version import simulate_version
from cortex.ports.authorizer import AccessMustBeGranted
from cortex.ports.clock import Clock
from cortex.ports.registry import get
from tests.factories.leaves import watched_leaves
from tests.factories.sessions import sign_in
from tests.integration.cortex.policy_versions.people import Administrators, administrators, drafted

pytestmark = pytest.mark.django_db(databases=["default", "service"])


@pytest.fixture
def people() -> Administrators:
    ACTIVE.look_again()
    return administrators()


@pytest.fixture
def version(people: Administrators) -> PolicyVersion:
    version = drafted(people.alice)
    # Whether it is sound is asked again by each run, and takes seconds: once is enough.
    PolicyVersion.objects.filter(id=version.id).update(state=PolicyVersion.State.VALIDATED)
    return version


def begun(people: Administrators, version: PolicyVersion) -> PolicySimulation:
    return begin_simulation(number=version.number, simulated_by=people.alice)


def run(simulation: PolicySimulation) -> PolicySimulation:
    run_simulation.run_simulation(simulation_id=simulation.id)
    simulation.refresh_from_db()
    return simulation


def refused(do: Callable[[], Any], error: type[CortexError]) -> None:
    with pytest.raises(error), transaction.atomic():
        do()


def page(user: str, version: PolicyVersion) -> str:
    client = Client(raise_request_exception=False)
    sign_in(client, User.objects.get(username=user), methods=("pwd", "otp"))
    answer = client.get(f"/admin/policy/policyversion/{version.pk}/change/")
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


class TestSimulationBesideRequests:
    def test_changes_nothing_until_a_worker_did_it(
        self, people: Administrators, version: PolicyVersion
    ) -> None:
        with watched_leaves() as log:
            run_of = begun(people, version)
        version.refresh_from_db()
        assert (run_of.state, version.state, version.simulation) == ("queued", "validated", None)
        assert log.verbs == ["policy.version.simulation_begun"]
        assert "waits for a worker" in page("alice", version)
        run(run_of)
        version.refresh_from_db()
        assert (run_of.state, version.state) == ("succeeded", "simulated")
        assert version.simulation is not None
        assert version.simulation["digest"] == version.digest
        assert version.simulation["summary"] in page("alice", version)

    def test_tells_how_far_it_is(
        self, people: Administrators, version: PolicyVersion, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        seen: list[str] = []

        def groups(decisions: Any, *, before: Any, after: Any, progress: Callable[[int, int], None]) -> Any:
            progress(500, 2000)
            seen.append(page("alice", version))
            return []

        monkeypatch.setattr("cortex.policy_versions.simulate_version.changed_groups", groups)
        run(begun(people, version))
        assert "500 of 2,000 decisions asked again" in seen[0]
        assert '<progress aria-label="Progress of the simulation" max="2000" value="500">' in seen[0]

    def test_runs_once_at_a_time_for_a_version(self, people: Administrators, version: PolicyVersion) -> None:
        run_of = begun(people, version)
        for again in (
            lambda: begin_simulation(number=version.number, simulated_by=people.bob),
            lambda: simulate_version(number=version.number, simulated_by=people.alice),
        ):
            refused(again, PolicySimulationMustEnd)
        assert PolicySimulation.objects.count() == 1
        run(run_of)
        assert begun(people, version).state == "queued"

    def test_is_done_once_however_often_it_is_delivered(
        self, people: Administrators, version: PolicyVersion
    ) -> None:
        run_of = begun(people, version)
        with watched_leaves() as log:
            run(run(run_of))
        assert run_of.attempts == 1
        assert log.verbs.count("policy.version.simulated") == 1

    def test_is_refused_to_whoever_may_not_write(
        self, people: Administrators, version: PolicyVersion
    ) -> None:
        refused(
            lambda: begin_simulation(number=version.number, simulated_by=people.charlie), AccessMustBeGranted
        )
        assert PolicySimulation.objects.count() == 0


class TestFailure:
    def test_tells_its_cause_and_leaves_the_version_alone(
        self, people: Administrators, version: PolicyVersion
    ) -> None:
        run_of = begun(people, version)
        User.objects.filter(username="alice").update(is_superuser=False)
        run(run_of)
        version.refresh_from_db()
        assert (run_of.state, version.state, version.simulation) == ("failed", "validated", None)
        assert run_of.error["code"] == AccessMustBeGranted.code
        assert "failed:" in page("bob", version)
        assert run_of.error["code"] in page("bob", version)

    def test_keeps_nothing_secret_of_what_nobody_expected(
        self, people: Administrators, version: PolicyVersion, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def broken(**_given: object) -> list[simulation.Recorded]:
            raise RuntimeError("password=hunter2")

        monkeypatch.setattr("cortex.policy_versions.simulate_version.recorded_decisions", broken)
        run_of = run(begun(people, version))
        assert (run_of.state, run_of.error["code"]) == ("failed", "cortex.unexpected")
        assert "hunter2" not in str(run_of.error)

    def test_is_a_version_that_went_further_meanwhile(
        self, people: Administrators, version: PolicyVersion
    ) -> None:
        run_of = begun(people, version)
        PolicyVersion.objects.filter(id=version.id).update(state=PolicyVersion.State.RETIRED)
        run(run_of)
        version.refresh_from_db()
        assert run_of.error["code"] == PolicyVersionMustComeSoFar.code
        assert (version.state, version.simulation) == ("retired", None)


class TestAbandonedSimulation:
    @pytest.fixture
    def sent(self, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
        messages: list[Any] = []
        monkeypatch.setattr(
            abandoned_simulations, "send", lambda *, simulation_id: messages.append(simulation_id)
        )
        return messages

    def test_is_sent_again_but_not_at_every_look(
        self, people: Administrators, version: PolicyVersion, sent: list[Any]
    ) -> None:
        run_of = begun(people, version)
        now = get(Clock).now()
        assert take_up_simulations(at=now) == 0
        assert take_up_simulations(at=now + timedelta(minutes=2)) == 1
        assert take_up_simulations(at=now + timedelta(minutes=2)) == 0
        assert sent == [run_of.id]

    def test_is_ended_after_it_ended_three_workers(
        self, people: Administrators, version: PolicyVersion, sent: list[Any]
    ) -> None:
        run_of = begun(people, version)
        now = get(Clock).now()
        PolicySimulation.objects.update(state="running", lease_until=now, attempts=3)
        assert take_up_simulations(at=now + timedelta(minutes=2)) == 0
        run_of.refresh_from_db()
        assert (run_of.state, sent) == ("failed", [])
        assert begun(people, version).state == "queued"


class TestResult:
    def test_of_another_text_is_not_kept(self, people: Administrators, version: PolicyVersion) -> None:
        run_of = PolicySimulation.objects.create(
            version=version,
            digest="0" * 64,
            decisions_max=1,
            asked_by=people.alice.urn,
            asker=kept_asker(people.alice),
            asked_at=get(Clock).now(),
            sent_at=get(Clock).now(),
        )
        run(run_of)
        version.refresh_from_db()
        assert run_of.error["code"] == SimulatedTextMustBeTheSame.code
        assert (version.state, version.simulation) == ("validated", None)

    def test_says_when_another_version_came_into_force_since(
        self, people: Administrators, version: PolicyVersion
    ) -> None:
        for compared_with, is_told in ((0, False), (99, True)):
            found = {"compared_with": compared_with, "summary": "0 of 0 decisions would change"}
            PolicyVersion.objects.filter(id=version.id).update(state="simulated", simulation=found)
            assert ("another version came into force" in page("alice", version)) is is_told
