# SPDX-License-Identifier: Apache-2.0
"""Proposals, members, jobs, webhooks and deliveries that policies hide are at no door, as if not there."""

import json
from uuid import UUID

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client

from cortex.approvals.inbox import inbox_of, proposals_by
from cortex.database.transactions import transactional
from cortex.identity.memberships import membership_in
from cortex.ids import uuid7
from cortex.policy import active
from cortex.policy.engine import PolicyEngine
from cortex.policy.packaged import packaged_text
from cortex.tenancy.companies import company_with_id
from tests.factories.people import let_in, token_of_client
from tests.factories.sessions import sign_in
from tests.integration.cortex.approvals.office import Office, above, open_office
from tests.integration.isolation.test_scope import DELIVERY, JOB

NOTHING = "01900000-0000-7000-8000-000000000000"
HIDING = """
@id("house.large_proposals")
@title("Carol does not see large proposals")
forbid (principal, action in Cortex::Action::"read", resource is Cortex::Proposal)
when { principal == Cortex::User::"CAROL" && resource has amount_minor && resource.amount_minor > 50000 };

@id("house.auditors")
@title("Carol does not see who audits")
forbid (principal, action in Cortex::Action::"read", resource is People::Membership)
when { principal == Cortex::User::"CAROL" && resource.roles.contains("auditor") };

@id("house.jobs")
@title("Carol sees no jobs")
forbid (principal, action in Cortex::Action::"read", resource is Jobs::Job)
when { principal == Cortex::User::"CAROL" && resource.kind == "accounting.import_journal" };

@id("house.webhooks")
@title("Carol sees no webhooks to the receiver, and nothing that is sent there or on hold")
forbid (principal, action in Cortex::Action::"read", resource)
when {
  principal == Cortex::User::"CAROL" &&
  ((resource is Events::WebhookEndpoint && resource.url like "*receiver*") ||
   (resource is Events::WebhookDelivery && resource.endpoint.url like "*receiver*") ||
   (resource is Events::HeldDelivery && resource.state == "dead"))
};
"""


class House:
    """An office in which Carol, a controller, is shown less than Alice, who is another."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.small = office.propose(draft=above(200_00))
        self.large = office.propose(draft=above(900_00))
        self.planted = uuid7()
        with office.entered():
            _plant(self.planted, office.company_id)
        self._clients: dict[str, Client] = {}

    def asked(self, path: str, *, by: str = "carol") -> tuple[int, str]:
        """Return status and text of an answer of the API; `path` begins below the company."""
        return self.at(f"/api/v1/companies/{self.office.books.code}/{path}", by=by)

    def at(self, path: str, *, by: str = "carol") -> tuple[int, str]:
        """Return status and text of any page."""
        answer = self._client(by).get(path)
        return answer.status_code, answer.content.decode()

    def posted(self, path: str, body: object, *, by: str = "carol") -> tuple[int, str]:
        """Return status and text of a change."""
        url = f"/api/v1/companies/{self.office.books.code}/{path}"
        headers = {"Idempotency-Key": str(uuid7())}
        answer = self._client(by).post(url, body, content_type="application/json", headers=headers)
        return answer.status_code, answer.content.decode()

    def sent(self, method: str, path: str, body: object) -> tuple[int, str]:
        """Return status and text of Carol's change by another method."""
        url = f"/api/v1/companies/{self.office.books.code}/{path}"
        headers = {"Idempotency-Key": str(uuid7())}
        sent = json.dumps(body) if body else ""
        answer = self._client("carol").generic(
            method, url, sent, content_type="application/json", headers=headers
        )
        return answer.status_code, answer.content.decode()

    def said_after(self, path: str, form: dict[str, str]) -> list[str]:
        """Return what the page says to Carol after a change, and has not said before."""
        client = self._client("carol")
        assert client.post(path, form).status_code == 302
        shown = client.get("/accounts/companies/DEMO/members/")
        return [str(message) for message in get_messages(shown.wsgi_request)]

    def _client(self, by: str) -> Client:
        if by not in self._clients:
            self._clients[by] = Client(raise_request_exception=False)
            sign_in(self._clients[by], self.office.people[by])
        return self._clients[by]


@pytest.fixture
def house(db: None, monkeypatch: pytest.MonkeyPatch) -> House:
    office = open_office()
    text = packaged_text() + HIDING.replace("CAROL", str(office.people["carol"].id))
    engine = PolicyEngine(text, version=0)
    monkeypatch.setattr(active.ACTIVE, "engine", lambda: engine)
    return House(office)


class TestProposals:
    def test_are_listed_counted_and_searched_as_if_they_were_not_there(self, house: House) -> None:
        small, large = str(house.small.id), str(house.large.id)
        for query in (
            "",
            "?state=waiting",
            "?limit=1",
            f"?proposed_by=user:{house.office.people['clara'].id}",
        ):
            status, text = house.asked(f"approvals{query}")
            assert (query, status, small in text, large in text) == (query, 200, True, False)
        assert '"next_cursor":null' in house.asked("approvals?limit=1")[1].replace(" ", "")
        assert large in house.asked("approvals", by="alice")[1]
        assert house.asked("approvals?ordering=amount_minor")[0] == 400
        assert house.asked("approvals?search=900")[0] == 400

    def test_are_answered_as_for_an_id_of_nothing(self, house: House) -> None:
        decision = {"digest": house.large.digest, "reason": "No"}
        for path, body in ((":approve", decision), (":reject", decision), ("/comments", {"text": "Ah"})):
            refused = house.posted(f"approvals/{house.large.id}{path}", body)
            absent = house.posted(f"approvals/{NOTHING}{path}", body)
            assert (path, refused[0], absent[0]) == (path, 404, 404)
            assert "approvals.proposal_must_exist" in refused[1]
        assert house.asked(f"approvals/{house.large.id}")[0] == 404
        assert house.asked(f"approvals/{house.large.id}", by="alice")[0] == 200

    def test_wait_in_no_inbox_and_show_on_no_page(self, house: House) -> None:
        carol, company_id = house.office.who("carol"), house.office.company_id
        with house.office.entered():
            assert [each.id for each in inbox_of(company_id=company_id, principal=carol)] == [house.small.id]
            own = proposals_by(company_id=company_id, principal=house.office.who("clara"))
        assert {each.id for each in own} == {house.small.id, house.large.id}
        page = f"/books/{house.office.books.code}/approvals/"
        assert str(house.large.id) not in house.at(page)[1]
        assert house.at(f"{page}{house.large.id}/")[0] == 404
        assert house.at(f"{page}{house.large.id}/", by="alice")[0] == 200


class TestMembers:
    def test_are_listed_without_the_hidden(self, house: House) -> None:
        for path in ("/api/v1/companies/DEMO/members", "/accounts/companies/DEMO/members/"):
            status, text = house.at(path)
            assert (path, status, "clara" in text, "bob" in text) == (path, 200, True, False)
            assert "bob" in house.at(path, by="alice")[1]

    @pytest.fixture
    def chief(self, house: House) -> House:
        """Let Carol keep the members, who is shown no auditor among them."""
        let_in(
            company_id=house.office.company_id,
            user_id=house.office.people["carol"].id,
            roles=["controller", "administrator"],
        )
        return house

    @pytest.mark.parametrize("method", ["PUT", "DELETE"])
    def test_are_changed_through_the_api_as_if_they_were_not_there(self, chief: House, method: str) -> None:
        body = {"roles": ["viewer"]} if method == "PUT" else None
        hidden = chief.sent(method, "members/bob", body)
        absent = chief.sent(method, "members/xyz", body)
        assert (hidden[0], absent[0]) == (404, 404)
        assert _without_request(hidden[1].replace("bob", "xyz")) == _without_request(absent[1])
        assert roles_of(chief, "bob") == {"auditor"}
        assert chief.sent(method, "members/clara", body)[0] in (200, 204)

    @pytest.mark.parametrize("verb", ["roles", "revoke"])
    def test_are_changed_on_pages_as_if_they_were_not_there(self, chief: House, verb: str) -> None:
        page = "/accounts/companies/DEMO/members/"
        said = [
            chief.said_after(f"{page}{user_id}/{verb}/", {"roles": "viewer"})
            for user_id in (chief.office.people["bob"].id, NOTHING)
        ]
        assert said[0] == said[1] != []
        assert roles_of(chief, "bob") == {"auditor"}

    def test_are_changed_by_a_token_that_may_look_at_none(self, chief: House) -> None:
        company = company_with_id(company_id=chief.office.company_id)
        token = token_of_client(company, "identity:write", role="administrator")
        answer = Client().put(
            "/api/v1/companies/DEMO/members/bob",
            {"roles": ["viewer"]},
            content_type="application/json",
            headers={"Authorization": f"Bearer {token}", "Idempotency-Key": str(uuid7())},
        )
        assert answer.status_code == 200
        assert roles_of(chief, "bob") == {"viewer"}


class TestWork:
    def test_of_a_job_is_answered_as_for_an_id_of_nothing(self, house: House) -> None:
        assert house.at(f"/api/v1/jobs/{house.planted}")[0] == house.at(f"/api/v1/jobs/{NOTHING}")[0] == 404
        assert house.at(f"/api/v1/jobs/{house.planted}", by="alice")[0] == 200

    def test_for_receivers_is_listed_without_the_hidden(self, house: House) -> None:
        hook = f"webhooks/{house.planted}"
        for path in ("webhooks", "held-deliveries"):
            status, text = house.asked(path)
            assert (path, status, str(house.planted) in text) == (path, 200, False)
            assert str(house.planted) in house.asked(path, by="alice")[1]
        for path in (hook, f"{hook}/deliveries", f"{hook}/deliveries/{house.planted}"):
            assert (path, house.asked(path)[0]) == (path, 404)
            assert (path, house.asked(path, by="alice")[0]) == (path, 200)


@transactional
def _plant(row_id: UUID, company_id: UUID) -> None:
    with connection.cursor() as cursor:
        cursor.execute(JOB, [row_id, company_id])
        for statement in DELIVERY:
            cursor.execute(statement, {"id": row_id, "company": company_id})


def roles_of(house: House, name: str) -> frozenset[str]:
    found = membership_in(user_id=house.office.people[name].id, company_id=house.office.company_id)
    return found.roles if found else frozenset()


def _without_request(text: str) -> dict[str, object]:
    """Return a problem without the id of its request and without its path."""
    read = json.loads(text)
    return {name: read[name] for name in read if name not in ("request_id", "instance")}
