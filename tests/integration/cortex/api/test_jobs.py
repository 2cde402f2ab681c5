# SPDX-License-Identifier: Apache-2.0
"""Watching and cancelling a job over HTTP."""

from uuid import UUID, uuid4

import pytest
from django.test import Client

from cortex.identity.principals import principal_of_user
from cortex.identity.users import active_user
from cortex.jobs import kinds
from cortex.jobs.enqueue import enqueue
from cortex.jobs.kinds import job_kind
from cortex.jobs.run import run_job
from cortex.ports.principal import Principal
from tests.factories.people import Cast, cast, let_in, token_of_client
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> Cast:
    return cast()


@pytest.fixture
def job_id(people: Cast, monkeypatch: pytest.MonkeyPatch) -> UUID:
    monkeypatch.setattr(kinds, "_kinds", dict(kinds._kinds))
    job_kind("testing.count", action="accounting.journal.import", queue="ledger")(lambda job: {"counted": 3})
    principal = principal_of_user(people.alice)
    return enqueue(kind="testing.count", company_id=people.company.id, principal=principal)


def signed_in(user: object) -> Client:
    client = Client()
    sign_in(client, user)  # type: ignore[arg-type]
    return client


class TestJob:
    def test_is_shown_to_its_owner_with_its_result(self, people: Cast, job_id: UUID) -> None:
        alice = signed_in(people.alice)
        assert alice.get(f"/api/v1/jobs/{job_id}").json()["state"] == "queued"
        run_job(company_id=people.company.id, job_id=job_id)
        shown = alice.get(f"/api/v1/jobs/{job_id}").json()
        assert (shown["state"], shown["result"], shown["error"]) == ("succeeded", {"counted": 3}, None)
        assert not {"claim", "owner_scopes", "input", "files"} & set(shown)

    def test_is_hidden_from_an_outsider_as_if_it_were_not_there(self, people: Cast, job_id: UUID) -> None:
        charlie = signed_in(people.charlie)
        hidden, missing = charlie.get(f"/api/v1/jobs/{job_id}"), charlie.get(f"/api/v1/jobs/{uuid4()}")
        assert (hidden.status_code, hidden.json()["code"]) == (404, "jobs.job_must_exist")
        assert (missing.status_code, missing.json()["code"]) == (404, "jobs.job_must_exist")

    def test_is_shown_to_members_and_cancelled_by_those_who_work(self, people: Cast, job_id: UUID) -> None:
        bob = signed_in(people.bob)
        assert bob.get(f"/api/v1/jobs/{job_id}").status_code == 200
        assert bob.post(f"/api/v1/jobs/{job_id}:cancel", content_type="application/json").status_code == 403
        let_in(company_id=people.company.id, user_id=people.bob.id, roles=["clerk"])
        assert (
            bob.post(f"/api/v1/jobs/{job_id}:cancel", content_type="application/json").json()["state"]
            == "cancelled"
        )

    def test_can_be_cancelled_once(self, people: Cast, job_id: UUID) -> None:
        alice = signed_in(people.alice)
        assert alice.post(f"/api/v1/jobs/{job_id}:cancel", content_type="application/json").status_code == 200
        again = alice.post(f"/api/v1/jobs/{job_id}:cancel", content_type="application/json")
        assert (again.status_code, again.json()["code"]) == (409, "jobs.job_must_be_unfinished")

    def test_of_somebody_else_needs_the_scope(self, people: Cast, job_id: UUID) -> None:
        token = token_of_client(people.company, "accounting:read")
        response = Client().get(f"/api/v1/jobs/{job_id}", headers={"Authorization": f"Bearer {token}"})
        assert response.status_code == 403

    @pytest.mark.parametrize(("scopes", "status"), [(["accounting:read"], 403), (["jobs:write"], 200)])
    def test_of_a_client_is_cancelled_by_a_token_of_the_scope_alone(
        self, people: Cast, job_id: UUID, scopes: list[str], status: int
    ) -> None:
        token = token_of_client(people.company, *scopes)
        service = active_user(username="demo-service")
        own = enqueue(
            kind="testing.count",
            company_id=people.company.id,
            principal=Principal(
                kind="client",
                id="demo-service",
                user_id=service.id,
                scopes=frozenset({"accounting:write"}),
            ),
        )
        headers = {"Authorization": f"Bearer {token}"}
        assert Client().get(f"/api/v1/jobs/{own}", headers=headers).status_code == 403
        answer = Client().post(f"/api/v1/jobs/{own}:cancel", content_type="application/json", headers=headers)
        assert answer.status_code == status

    def test_is_not_cancelled_by_a_body_that_means_something_else(self, people: Cast, job_id: UUID) -> None:
        alice, address = signed_in(people.alice), f"/api/v1/jobs/{job_id}:cancel"
        refused = alice.post(address, {"force": True}, content_type="application/json")
        assert (refused.status_code, refused.json()["code"]) == (400, "api.request_must_match_the_schema")
        assert alice.post(address, {}, content_type="application/json").status_code == 200
