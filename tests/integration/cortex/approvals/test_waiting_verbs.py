# SPDX-License-Identifier: Apache-2.0
"""Any verb waits for a second person where a policy asks for one, and each door says so."""

from io import StringIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.test import Client
from pytest_django import Settings

from apps.accounting.selectors.periods import get_period
from apps.accounting.services.close_period import close_period
from cortex.approvals.approve import Approval, approve
from cortex.approvals.models import Delegation, Proposal
from cortex.events.webhooks.models import WebhookEndpoint
from cortex.identity.memberships import membership_in
from cortex.identity.models import Invitation, User
from cortex.identity.waiting_verbs import revoke_or_wait
from cortex.policy import active
from cortex.policy.engine import PolicyEngine
from cortex.policy.packaged import packaged_text
from cortex.ports.authorizer import ApprovalMustComeFirst
from cortex.ports.clock import Clock
from cortex.ports.registry import get
from cortex.ports.waiting_verbs import VerbMustWait
from cortex.programs.models import Program
from cortex.tenancy import scope
from tests.factories.people import CONSOLE, create_user, just_signed_in, let_in, person, service_client
from tests.factories.sessions import sign_in, with_factor
from tests.integration.cortex.approvals.office import Office
from tests.integration.cortex.identity.test_members import PUBLIC_URL, link_in_the_last_letter

ACTIONS = (
    "accounting.fiscal_period.lock",
    "approvals.delegation.change",
    "events.webhook.change",
    "identity.membership.grant",
    "identity.membership.revoke",
    "programs.client.switch",
)
BY_TWO = """
@id("house.by_two")
@title("These are done by two")
@requires("approval")
forbid (principal is Cortex::User, action in [{actions}], resource)
unless {{ context.has_consent }};
""".format(actions=", ".join(f'Cortex::Action::"{each}"' for each in ACTIONS))
WAITS = "Nothing is done yet: this waits for a second person."


@pytest.fixture
def strict(office: Office, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Office:
    """Return the office, with an administrator, under a policy that wants two for many verbs."""
    settings.PUBLIC_URL = PUBLIC_URL
    with office.entered():
        for code in ("2026-01", "2026-02"):
            close_period(company_id=office.company_id, period_code=code, closed_by=CONSOLE)
    office.people["dora"] = with_factor(person("dora"))
    let_in(company_id=office.company_id, user_id=office.people["dora"].id, roles=["administrator"])
    engine = PolicyEngine(packaged_text() + BY_TWO, version=1)
    monkeypatch.setattr(active.ACTIVE, "engine", lambda: engine)
    return office


def browser(office: Office, name: str) -> Client:
    return sign_in(Client(), office.people[name])


def waiting(office: Office) -> Proposal:
    """Return the only proposal that waits in the company."""
    with office.entered():
        return Proposal.objects.get(company_id=office.company_id, state="waiting")


def agreed(office: Office, proposal: Proposal, *, by: str = "alice") -> Approval:
    with office.entered():
        return approve(
            company_id=office.company_id,
            proposal_id=proposal.id,
            digest=proposal.digest,
            approved_by=just_signed_in(office.people[by]),
        )


def roles(office: Office, user: User) -> set[str]:
    found = membership_in(user_id=user.id, company_id=office.company_id)
    return set(found.roles) if found else set()


def put_roles(office: Office, key: str) -> Any:
    return browser(office, "dora").put(
        "/api/v1/companies/DEMO/members/bob",
        {"roles": ["viewer"]},
        content_type="application/json",
        headers={"Idempotency-Key": key},
    )


class TestApi:
    def test_answers_with_the_proposal_and_again_with_the_same(self, strict: Office) -> None:
        key = str(uuid4())
        first, again = put_roles(strict, key), put_roles(strict, key)
        proposal = waiting(strict)
        assert (first.status_code, again.status_code) == (202, 202)
        assert first.headers["Location"] == f"/api/v1/companies/DEMO/approvals/{proposal.id}"
        assert first.json()["id"] == again.json()["id"] == str(proposal.id)
        assert again.headers["Idempotency-Replayed"] == "true"
        assert roles(strict, strict.people["bob"]) == {"auditor"}

    def test_is_done_in_the_proposers_name_when_somebody_agrees(self, strict: Office) -> None:
        put_roles(strict, str(uuid4()))
        proposal, bob = waiting(strict), strict.people["bob"]
        assert proposal.summary == [f"User: {bob.get_full_name()} (user:{bob.id})", "Roles: viewer"]
        assert (proposal.title, proposal.object_id) == (
            f"Give roles: {bob.get_full_name()} (user:{bob.id})",
            bob.id,
        )
        assert agreed(strict, proposal).failure is None
        assert roles(strict, bob) == {"viewer"}
        leaf = strict.leaves("identity.membership.granted")[-1]
        assert leaf["actor"] == f"user:{strict.people['dora'].id}"

    def test_keeps_a_webhook_to_a_new_host_waiting(self, strict: Office) -> None:
        answer = browser(strict, "dora").post(
            "/api/v1/companies/DEMO/webhooks",
            {"url": "https://new.example/hook", "event_types": ["*"]},
            content_type="application/json",
            headers={"Idempotency-Key": str(uuid4())},
        )
        assert (answer.status_code, "secret" in answer.json()) == (202, False)
        assert strict.count("events_webhook_endpoint") == 0
        proposal = waiting(strict)
        assert "Url: https://new.example/hook" in proposal.summary
        assert agreed(strict, proposal).failure is None
        with strict.entered():
            assert WebhookEndpoint.objects.get().url == "https://new.example/hook"

    def test_keeps_what_would_be_refused_from_waiting(self, strict: Office) -> None:
        answer = browser(strict, "dora").delete("/api/v1/companies/DEMO/members/dora")
        assert answer.json()["code"] == "identity.membership_must_be_anothers_to_change"
        assert strict.count("approvals_proposal") == 0


class TestPages:
    def test_of_the_books_lead_to_what_waits(self, strict: Office) -> None:
        form = {"wanted": "locked", "reason": "The year is over", "is_confirmed": "on"}
        answer = browser(strict, "carol").post("/books/DEMO/periods/2026-01/", form)
        proposal = waiting(strict)
        assert answer.headers["Location"] == f"/books/DEMO/approvals/{proposal.id}/"
        assert proposal.summary == ["Period code: 2026-01", "Reason: The year is over"]
        assert _state(strict) == "closed"
        assert agreed(strict, proposal).failure is None
        assert _state(strict) == "locked"

    def test_of_delegations_do_so_too(self, strict: Office) -> None:
        today = get(Clock).today().isoformat()
        form = {"delegate": str(strict.people["clara"].id), "first_day": today, "last_day": today}
        browser(strict, "carol").post("/books/DEMO/approvals/delegations/", form)
        assert strict.count("approvals_delegation") == 0
        assert agreed(strict, waiting(strict)).failure is None
        with strict.entered():
            given = Delegation.objects.get()
        assert (given.from_user_id, given.to_user_id) == (
            strict.people["carol"].id,
            strict.people["clara"].id,
        )

    def test_of_members_say_that_nothing_is_done_yet(self, strict: Office) -> None:
        page = f"/accounts/companies/DEMO/members/{strict.people['bob'].id}/revoke/"
        shown = browser(strict, "dora").post(page, follow=True).content.decode()
        assert WAITS in shown
        assert roles(strict, strict.people["bob"]) == {"auditor"}
        assert agreed(strict, waiting(strict)).failure is None
        assert roles(strict, strict.people["bob"]) == set()


class TestInvitation:
    def test_that_two_agreed_to_needs_nobody_else_when_it_is_accepted(self, strict: Office) -> None:
        form = {"email": "erik@example.org", "roles": ["clerk"]}
        browser(strict, "dora").post("/accounts/companies/DEMO/invitations/", form)
        assert agreed(strict, waiting(strict)).failure is None
        browser(strict, "charlie").post(link_in_the_last_letter())
        assert roles(strict, strict.people["charlie"]) == {"clerk"}

    def test_that_one_sent_alone_lets_nobody_in_where_two_are_asked_for(self, strict: Office) -> None:
        form = {"email": "erik@example.org", "roles": ["clerk"]}
        browser(strict, "dora").post("/accounts/companies/DEMO/invitations/", form)
        assert agreed(strict, waiting(strict)).failure is None
        with scope([strict.company_id]):
            Invitation.objects.update(inviter_has_consent=False)
        browser(strict, "charlie").post(link_in_the_last_letter())
        assert roles(strict, strict.people["charlie"]) == set()


class TestAdministration:
    def test_keeps_verbs_of_the_platform_waiting(self, strict: Office) -> None:
        service_client(create_user(username="robot", kind=User.Kind.SERVICE), client_id="robot")
        paula, peter = (
            with_factor(create_user(username=name, is_platform_administrator=True))
            for name in ("paula", "peter")
        )
        program = Program.objects.get(application__client_id="robot")
        url = f"/admin/oauth2_provider/application/{program.application_id}/disable/"
        shown = sign_in(Client(), paula).post(url, follow=True)
        assert WAITS in shown.content.decode()
        proposal = Proposal.objects.get(company_id=None, state="waiting")
        assert (proposal.object_id, proposal.summary) == (program.id, ["Client: robot", "Is enabled: no"])
        done = approve(
            company_id=None,
            proposal_id=proposal.id,
            digest=proposal.digest,
            approved_by=just_signed_in(peter),
        )
        program.refresh_from_db()
        assert (done.failure, program.is_enabled) == (None, False)


class TestCommand:
    def test_says_what_now_waits(self, strict: Office) -> None:
        out = StringIO()
        call_command("lock_period", "--company", "DEMO", "--period", "2026-01", "--as", "carol", stdout=out)
        proposal = waiting(strict)
        assert out.getvalue() == f"proposed {proposal.id}\n"
        assert _state(strict) == "closed"


class TestService:
    def test_stays_a_refusal_for_whoever_does_not_know_how_to_wait(self, strict: Office) -> None:
        with pytest.raises(ApprovalMustComeFirst) as refused:
            revoke_or_wait(
                company_id=strict.company_id,
                user_id=strict.people["bob"].id,
                revoked_by=just_signed_in(strict.people["dora"]),
            )
        assert isinstance(refused.value, VerbMustWait)
        assert refused.value.wish.content == {"user_id": str(strict.people["bob"].id)}
        assert strict.count("approvals_proposal") == 0


def _state(office: Office) -> str:
    with office.entered():
        state: str = get_period(company_id=office.company_id, code="2026-01").state
    return state
