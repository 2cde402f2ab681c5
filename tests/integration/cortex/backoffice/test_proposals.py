# SPDX-License-Identifier: Apache-2.0
"""The inbox of the platform: administrators see what waits with its difference, and decide."""

import pytest
from django.test import Client

from cortex.approvals.models import Proposal
from cortex.policy.active import ACTIVE
from cortex.policy.models import PolicyVersion
from tests.factories.sessions import sign_in
from tests.integration.cortex.approvals.office import open_office
from tests.integration.cortex.backoffice.policy_texts import platform_administrator
from tests.integration.cortex.policy_versions.people import fresh, simulated

pytestmark = pytest.mark.django_db(databases=["default", "service"])
LIST = "/admin/approvals/proposal/"


class Inbox:
    """Paula proposes a version; Quentin may decide."""

    def __init__(self) -> None:
        ACTIVE.look_again()
        self.clients: dict[str, Client] = {}
        for name in ("paula", "quentin"):
            user = platform_administrator(name)
            self.clients[name] = Client(raise_request_exception=False)
            sign_in(self.clients[name], user)
            if name == "paula":
                self.version = simulated(fresh(user))
        self.proposal = Proposal.objects.get(company__isnull=True)

    def page(self, name: str, path: str = "change/") -> str:
        answer = self.clients[name].get(f"{LIST}{self.proposal.id}/{path}")
        assert answer.status_code == 200
        return answer.content.decode()

    def post(self, name: str, verb: str, **body: str) -> int:
        return self.clients[name].post(f"{LIST}{self.proposal.id}/{verb}/", body).status_code

    def state(self) -> tuple[str, str]:
        self.proposal.refresh_from_db()
        return self.proposal.state, PolicyVersion.objects.get(id=self.version.id).state


@pytest.fixture
def inbox(db: None) -> Inbox:
    return Inbox()


class TestInbox:
    def test_shows_what_would_change(self, inbox: Inbox) -> None:
        shown = inbox.page("quentin")
        for part in ("house.clerks_post_nothing", "decisions would change", "+ added", inbox.version.digest):
            assert part in shown
        assert f"{LIST}{inbox.proposal.id}/approve/" in shown
        assert f"{LIST}{inbox.proposal.id}/approve/" not in inbox.page("paula")

    def test_lets_a_second_administrator_agree(self, inbox: Inbox) -> None:
        assert inbox.post("paula", "approve", digest=inbox.proposal.digest) == 403
        assert inbox.post("quentin", "approve", digest="0" * 64) in (403, 409, 422)
        assert inbox.state() == ("waiting", "simulated")
        assert inbox.post("quentin", "comment", text="Are clerks told?") == 302
        assert "Are clerks told?" in inbox.page("paula")
        assert inbox.post("quentin", "approve", digest=inbox.proposal.digest, reason="Agreed") == 302
        assert inbox.state() == ("approved", "approved")

    def test_takes_a_reason_to_reject(self, inbox: Inbox) -> None:
        assert inbox.post("quentin", "reject", digest=inbox.proposal.digest) == 200
        assert inbox.state() == ("waiting", "simulated")
        assert inbox.post("quentin", "reject", digest=inbox.proposal.digest, reason="Not now") == 302
        assert inbox.state() == ("rejected", "simulated")
        assert "Not now" in inbox.page("paula")

    def test_is_withdrawn_by_the_proposer_alone(self, inbox: Inbox) -> None:
        assert inbox.post("quentin", "withdraw") != 302
        assert inbox.state() == ("waiting", "simulated")
        assert inbox.post("paula", "withdraw") == 302
        assert inbox.state() == ("withdrawn", "simulated")

    def test_shows_no_proposal_of_a_company_and_nothing_to_its_members(self, inbox: Inbox) -> None:
        office = open_office()
        proposal = office.propose()
        listed = inbox.clients["quentin"].get(LIST).content.decode()
        assert str(inbox.proposal.id) in listed
        assert str(proposal.id) not in listed
        member = Client(raise_request_exception=False)
        sign_in(member, office.people["alice"])
        assert member.get(LIST).status_code in (302, 403)
