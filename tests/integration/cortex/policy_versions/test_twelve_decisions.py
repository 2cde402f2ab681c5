# SPDX-License-Identifier: Apache-2.0
"""Twelve decisions of a clerk are recorded as they are made; a version that takes them away tells of them."""

import html
from typing import Any

import psycopg
import pytest
from django.test import Client

from cortex.approvals.models import Proposal
from cortex.database.transactions import transactional
from cortex.policy.active import ACTIVE
from cortex.policy.models import PolicyVersion
from cortex.policy_versions.models import PolicySimulation
from cortex.policy_versions.run_simulation import run_simulation
from cortex.policy_versions.validate_version import validate_version
from cortex.ports.authorizer import Authorizer
from cortex.ports.registry import get
from tests.factories.people import create_user
from tests.factories.sessions import sign_in
from tests.frame.clones import Clone
from tests.integration.cortex.approvals.office import Office, open_office
from tests.integration.cortex.policy_versions.people import drafted, fresh

POST, READ = "accounting.journal_entry.post", "accounting.books.read"
CLERKS_DECISIONS, EXAMPLES = 12, 3


class Desk:
    """Clara, a clerk, was let post twelve times; what others were let do stays as it is."""

    def __init__(self, clone: Clone) -> None:
        ACTIVE.look_again()
        self.clone = clone
        self.office: Office = open_office()
        self.paula = create_user(username="paula", full_name="Paula", is_platform_administrator=True)
        self.version: PolicyVersion = drafted(fresh(self.paula))
        assert validate_version(number=self.version.number, validated_by=fresh(self.paula)) == []
        for _ in range(CLERKS_DECISIONS):
            self._required("clara", POST)
        for name, action in (("clara", READ), ("alice", READ), ("alice", POST), ("bob", READ)):
            self._required(name, action)
        self.browser = Client(raise_request_exception=False)
        sign_in(self.browser, self.paula, methods=("pwd", "otp"))

    def ask_for_simulation(self) -> None:
        """Ask by the API."""
        answer = self.browser.post(f"{self.url}:simulate", {}, content_type="application/json")
        assert answer.status_code == 202, answer.content
        assert answer.headers["Location"] == self.url

    def simulated(self) -> dict[str, Any]:
        """Let a worker do what was asked for; return what the API tells then."""
        run_simulation(simulation_id=PolicySimulation.objects.get().id)
        found: dict[str, Any] = self.browser.get(self.url).json()["simulation"]
        return found

    @property
    def url(self) -> str:
        """Return the version's address."""
        return f"/api/v1/policies/versions/{self.version.number}"

    def page(self, path: str) -> str:
        """Return the words of a page of the administration."""
        answer = self.browser.get(f"/admin/{path}")
        assert answer.status_code == 200, path
        return " ".join(html.unescape(answer.content.decode()).split())

    def recorded(self, *, of: str | None = None) -> list[str]:
        """Return the ids of the recorded decisions that can be asked again, the newest first."""
        with psycopg.connect(self.clone.admin_dsn) as owner:
            rows = owner.execute(
                "SELECT id, principal, action FROM policy_decision"
                " WHERE question IS NOT NULL ORDER BY id DESC"
            ).fetchall()
        return [str(row[0]) for row in rows if of is None or (row[1], row[2]) == (of, POST)]

    def _required(self, name: str, action: str) -> None:
        with self.office.entered():
            transactional(get(Authorizer).require)(
                principal=self.office.who(name), action=action, company_id=self.office.company_id
            )


@pytest.fixture
def desk(committed_database: Clone) -> Desk:
    return Desk(committed_database)


@pytest.mark.slow
class TestSimulation:
    def test_tells_of_twelve_decisions_by_the_api_on_the_page_and_in_the_proposal(self, desk: Desk) -> None:
        clara = f"user:{desk.office.people['clara'].id}"
        desk.ask_for_simulation()
        of_clara, all_of_them = desk.recorded(of=clara), desk.recorded()
        assert (len(of_clara), len(all_of_them) > CLERKS_DECISIONS) == (CLERKS_DECISIONS, True)
        # The worker asks first whether the simulation may still be done: one decision more.
        counted = len(all_of_them) + 1
        summary = f"12 of {counted} decisions would change"
        about = f"Cortex::Company::{desk.office.company_id}"
        examples = [
            {"decision": decision, "principal": clara, "resource": about} for decision in of_clara[:EXAMPLES]
        ]

        simulation = desk.simulated()

        assert (simulation["summary"], simulation["changed"]) == (summary, CLERKS_DECISIONS)
        assert (simulation["decisions"], simulation["compared_with"]) == (counted, 0)
        assert simulation["groups"] == [
            {"action": POST, "roles": ["clerk"], "becomes": "denied", "count": 12, "examples": examples}
        ]
        self._is_shown(desk, f"policy/policyversion/{desk.version.id}/change/", summary, clara, about)
        proposal = Proposal.objects.get(company__isnull=True)
        assert summary in " ".join(proposal.summary)
        self._is_shown(desk, f"approvals/proposal/{proposal.id}/change/", summary, clara, about)
        assert desk.recorded()[-len(all_of_them) :] == all_of_them

    @staticmethod
    def _is_shown(desk: Desk, path: str, summary: str, clara: str, about: str) -> None:
        shown = desk.page(path)
        assert f"{summary}, compared with version 0." in shown
        assert f"<code>{POST}</code> becomes" in shown
        assert "for clerk: 12 decisions, such as" in shown
        assert shown.count(f"<li>{clara} about {about}</li>") == EXAMPLES
