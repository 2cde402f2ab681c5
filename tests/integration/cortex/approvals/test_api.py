# SPDX-License-Identifier: Apache-2.0
"""Programs and people see and decide proposals over HTTP; what must wait answers 202."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from cortex.approvals.limits import rules_of
from cortex.tenancy.models import Company
from tests.factories.books import BANK, SALES
from tests.factories.people import token_of_client
from tests.factories.sessions import sign_in
from tests.integration.cortex.approvals.office import Office

ROOT = "/api/v1/companies/DEMO"


class Caller:
    """Somebody of the office at the API."""

    def __init__(self, office: Office, name: str) -> None:
        self.client = Client()
        sign_in(self.client, office.people[name])

    def get(self, path: str) -> Any:
        return self.client.get(f"{ROOT}/{path}")

    def post(self, path: str, body: dict[str, Any], key: str | None = None) -> Any:
        headers = {"Idempotency-Key": key or str(uuid4())}
        return self.client.post(f"{ROOT}/{path}", body, content_type="application/json", headers=headers)


def entry(amount: str, **given: Any) -> dict[str, Any]:
    lines = [{"account": BANK, "debit": amount}, {"account": SALES, "credit": amount}]
    return {"accounting_date": "2026-03-15", "narration": "A sale", "lines": lines, **given}


@pytest.fixture
def clara(office: Office) -> Caller:
    return Caller(office, "clara")


@pytest.fixture
def alice(office: Office) -> Caller:
    return Caller(office, "alice")


class TestPosting:
    def test_up_to_the_limit_posts(self, clara: Caller) -> None:
        assert clara.post("journal-entries", entry("100.00")).status_code == 201

    def test_above_the_limit_answers_202_with_the_place_of_the_proposal(
        self, office: Office, clara: Caller
    ) -> None:
        answer = clara.post("journal-entries", entry("100.01"))
        assert answer.status_code == 202
        assert answer.headers["Location"] == f"{ROOT}/approvals/{answer.json()['id']}"
        assert (answer.json()["state"], answer.json()["amount_minor"]) == ("waiting", 100_01)
        assert office.entries() == 0

    def test_repeated_with_its_key_returns_the_same_proposal(self, office: Office, clara: Caller) -> None:
        first = clara.post("journal-entries", entry("250.00"), key="one")
        again = clara.post("journal-entries", entry("250.00"), key="one")
        assert (again.status_code, again.json()["id"]) == (202, first.json()["id"])
        assert again.headers["Location"] == first.headers["Location"]
        assert office.count("approvals_proposal") == 1

    def test_of_a_batch_with_one_above_the_limit_waits_as_a_whole(
        self, office: Office, clara: Caller, alice: Caller
    ) -> None:
        answer = clara.post("journal-entries:batch", {"entries": [entry("1.00"), entry("250.00")]})
        assert (answer.status_code, office.entries()) == (202, 0)
        proposal = answer.json()
        decided = alice.post(f"approvals/{proposal['id']}:approve", {"digest": proposal["digest"]})
        assert (decided.status_code, office.entries()) == (200, 2)

    def test_above_the_limit_that_the_books_would_refuse_is_refused_at_once(
        self, office: Office, clara: Caller
    ) -> None:
        answer = clara.post("journal-entries", entry("250.00", accounting_date="2031-01-01"))
        assert (answer.status_code, answer.json()["code"]) == (422, "accounting.period_must_be_open")
        assert office.count("approvals_proposal") == 0


class TestDeciding:
    def test_shows_what_would_be_posted_and_posts_it(
        self, office: Office, clara: Caller, alice: Caller
    ) -> None:
        clara.post("journal-entries", entry("250.00"))
        (listed,) = alice.get("approvals?state=waiting").json()["items"]
        shown = alice.get(f"approvals/{listed['id']}").json()
        assert shown["content"]["entries"][0]["lines"][0]["amount_minor"] == 250_00
        decided = alice.post(f"approvals/{listed['id']}:approve", {"digest": shown["digest"]}).json()
        assert (decided["state"], decided["result_type"]) == ("approved", "accounting.journal_entry")
        assert alice.get(f"journal-entries/{decided['result_id']}").status_code == 200
        assert office.entries() == 1

    @pytest.mark.parametrize(("name", "status"), [("clara", 403), ("bob", 403), ("charlie", 404)])
    def test_is_refused_to_whoever_may_not(
        self, office: Office, clara: Caller, name: str, status: int
    ) -> None:
        proposal = clara.post("journal-entries", entry("250.00")).json()
        answer = Caller(office, name).post(
            f"approvals/{proposal['id']}:approve", {"digest": proposal["digest"]}
        )
        assert (answer.status_code, office.entries()) == (status, 0)

    def test_on_another_digest_is_refused(self, office: Office, clara: Caller, alice: Caller) -> None:
        proposal = clara.post("journal-entries", entry("250.00")).json()
        answer = alice.post(f"approvals/{proposal['id']}:approve", {"digest": "0" * 64})
        assert answer.json()["code"] == "approvals.proposal_must_be_the_one_seen"
        assert (answer.status_code, office.entries()) == (409, 0)

    def test_that_cannot_be_carried_out_tells_why_and_keeps_it(
        self, office: Office, clara: Caller, alice: Caller
    ) -> None:
        proposal = clara.post("journal-entries", entry("250.00")).json()
        alice.post("periods/2026-03:close", {"reason": "done"})
        answer = alice.post(f"approvals/{proposal['id']}:approve", {"digest": proposal["digest"]})
        assert (answer.status_code, answer.json()["code"]) == (422, "accounting.period_must_be_open")
        found = alice.get(f"approvals/{proposal['id']}").json()
        assert (found["state"], found["failure"]["code"]) == ("waiting", "accounting.period_must_be_open")

    def test_is_refused_to_a_machine_with_every_scope(self, office: Office, clara: Caller) -> None:
        proposal = clara.post("journal-entries", entry("250.00")).json()
        company = Company(id=office.company_id, code="DEMO")
        token = token_of_client(company, "approvals:write", "approvals:read", role="controller")
        answer = Client().post(
            f"{ROOT}/approvals/{proposal['id']}:approve",
            {"digest": proposal["digest"]},
            content_type="application/json",
            headers={"Authorization": f"Bearer {token}"},
        )
        assert (answer.status_code, office.entries()) == (403, 0)

    def test_no_ends_it_and_says_why(self, clara: Caller, alice: Caller) -> None:
        proposal = clara.post("journal-entries", entry("250.00")).json()
        alice.post(f"approvals/{proposal['id']}/comments", {"text": "Which shop?"})
        body = {"digest": proposal["digest"], "reason": "Wrong account"}
        rejected = alice.post(f"approvals/{proposal['id']}:reject", body).json()
        assert (rejected["state"], rejected["reason"]) == ("rejected", "Wrong account")
        shown = clara.get(f"approvals/{proposal['id']}").json()
        assert [said["text"] for said in shown["comments"]] == ["Which shop?"]

    def test_is_not_needed_for_what_its_proposer_takes_back(
        self, office: Office, clara: Caller, alice: Caller
    ) -> None:
        proposal = clara.post("journal-entries", entry("250.00")).json()
        assert alice.post(f"approvals/{proposal['id']}:withdraw", {}).status_code == 403
        assert clara.post(f"approvals/{proposal['id']}:withdraw", {}).json()["state"] == "withdrawn"
        assert office.entries() == 0


class TestLimits:
    def test_are_changed_by_a_controller_and_seen_by_a_clerk(self, clara: Caller, alice: Caller) -> None:
        answer = alice.post("approval-limits", {"role": "accountant", "entry_limit_minor": 5_000})
        assert answer.status_code == 200
        shown = clara.get("approval-limits").json()
        assert {each["role"]: each["entry_limit_minor"] for each in shown["limits"]} == {
            "accountant": 5_000,
            "clerk": 10_000,
        }
        refused = clara.post("approval-limits", {"role": "clerk", "entry_limit_minor": None})
        assert refused.status_code == 403

    def test_of_a_company_that_asks_for_two_are_proposed_at_every_door(
        self, office: Office, alice: Caller
    ) -> None:
        assert alice.post("approval-limits:second-person", {"is_required": True}).status_code == 200
        limit = {"role": "accountant", "entry_limit_minor": 5_000}
        assert alice.post("approval-limits", limit).status_code == 202
        page = "/books/DEMO/approvals/limits/"
        assert b"accountant" in alice.client.get(page).content
        sent = alice.client.post(page, {"subject": "role:accountant", "amount": "50.00"})
        assert "/approvals/" in sent.headers["Location"]
        off = alice.post("approval-limits:second-person", {"is_required": False})
        assert (off.status_code, rules_of(company_id=office.company_id).requires_second_person) == (202, True)

    def test_of_nobody_and_of_a_role_that_enters_nothing_are_refused(self, alice: Caller) -> None:
        nobody = alice.post("approval-limits", {"entry_limit_minor": 5_000})
        assert nobody.json()["code"] == "approvals.limit_must_name_a_member"
        assert alice.post("approval-limits", {"role": "viewer", "entry_limit_minor": 1}).status_code == 400


class TestDelegation:
    def test_lets_a_colleague_decide_until_it_is_ended(
        self, office: Office, clara: Caller, alice: Caller
    ) -> None:
        office.limit("controller", 0)
        proposal = Caller(office, "carol").post("journal-entries", entry("5.00")).json()
        body = {"to_user_id": str(office.people["clara"].id), "ends_at": "2099-01-01T00:00:00Z"}
        too_long = alice.post("approval-delegations", body)
        assert too_long.json()["code"] == "approvals.delegation_must_end"
        assert clara.post("approval-delegations", body).status_code == 403
        refused = clara.post(f"approvals/{proposal['id']}:approve", {"digest": proposal["digest"]})
        assert (refused.status_code, office.entries()) == (403, 0)
