# SPDX-License-Identifier: Apache-2.0
"""Any decision can be explained: by which policies, for which roles, and what would help."""

from datetime import timedelta
from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import call_command

from cortex.database.service_role import service_transaction
from cortex.database.transactions import transactional
from cortex.policy import retention
from cortex.policy.explain import DecisionMustExist, explain_decision, explain_question, explained
from cortex.policy.models import PolicyDecision
from cortex.policy.packaged import packaged_now
from cortex.policy.platform_decisions import explain_platform_decision
from cortex.policy.retention import KEPT_FOR, forget_old_decisions
from cortex.ports.authorizer import AccessMustBeGranted, Authorizer
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from cortex.ports.retention import Forgotten
from cortex.tenancy import scope
from tests.factories.people import Cast, cast
from tests.frame.census import census
from tests.frame.clones import Clone

SCHEDULER = Principal.service("scheduler")
POST = "accounting.journal_entry.post"


@pytest.fixture
def people(db: None) -> Cast:
    return cast()


def recorded(people: Cast) -> PolicyDecision:
    bob = Principal(kind="user", id=str(people.bob.id), user_id=people.bob.id)
    with pytest.raises(AccessMustBeGranted):
        get(Authorizer).require(principal=bob, action=POST, company_id=people.company.id)
    with scope([people.company.id]):
        return transactional(PolicyDecision.objects.get)(is_allowed=False)


class TestExplainDecision:
    def test_names_the_policies_with_their_text(self, people: Cast) -> None:
        decision = recorded(people)
        with scope([people.company.id]):
            found = explain_decision(company_id=people.company.id, decision_id=decision.id)
        (policy,) = found.policies
        assert policy.id == "kernel.auditors_change_nothing"
        assert policy.title == "Auditors change nothing, whatever else they are"
        assert policy.text.startswith('@id("kernel.auditors_change_nothing")')
        assert found.roles_let_in == ("accountant", "clerk", "controller")

    def test_says_that_the_text_is_this_releases_where_none_was_kept_with_the_decision(
        self, people: Cast
    ) -> None:
        decision = recorded(people)
        assert not explained(decision).is_text_of_today
        decision.packaged_digest = None
        assert explained(decision).is_text_of_today
        decision.version = 7
        assert not explained(decision).is_text_of_today

    def test_finds_none_of_another_company(self, people: Cast) -> None:
        decision = recorded(people)
        other = uuid4()
        with scope([other]), pytest.raises(DecisionMustExist):
            explain_decision(company_id=other, decision_id=decision.id)


class TestExplainPlatformDecision:
    def test_prints_why_by_id_and_needs_no_company(self, committed_database: Clone) -> None:
        asker = Principal.service("scheduler")
        with pytest.raises(AccessMustBeGranted):
            get(Authorizer).require(principal=asker, action="policy.version.write", company_id=None)
        with service_transaction() as cursor:
            cursor.execute(
                "SELECT id FROM policy_decision WHERE action = 'policy.version.write' AND NOT is_allowed"
            )
            ((decision_id,),) = cursor.fetchall()
        out = StringIO()
        call_command("explain_access", "--decision", str(decision_id), stdout=out)
        assert "service:scheduler – policy.version.write: no" in out.getvalue()
        assert "Roles that are let in: platform-admin." in out.getvalue()

    def test_is_for_whoever_may_see_the_platform(self, people: Cast) -> None:
        with pytest.raises(AccessMustBeGranted):
            explain_platform_decision(asked_by=people.alice_principal, decision_id=uuid4())

    def test_finds_none_of_a_company(self, committed_database: Clone) -> None:
        decision = recorded(cast())
        with pytest.raises(DecisionMustExist):
            explain_platform_decision(asked_by=Principal.service("console"), decision_id=decision.id)


class TestExplainQuestion:
    def test_says_what_is_needed_and_records_nothing(self, people: Cast) -> None:
        stale = Principal(kind="user", id=str(people.alice.id), user_id=people.alice.id)
        found = explain_question(
            principal=stale, action="accounting.fiscal_period.lock", company_id=people.company.id
        )
        assert (found.is_allowed, found.needs) == (False, ("step_up",))
        with scope([people.company.id]):
            assert not transactional(PolicyDecision.objects.filter(principal=stale.urn).exists)()

    def test_knows_no_role_for_an_action_that_nobody_declared(self, people: Cast) -> None:
        found = explain_question(
            principal=people.alice_principal, action="moon.moon.shoot", company_id=people.company.id
        )
        assert (found.is_allowed, found.roles_let_in) == (False, ())


class TestCommand:
    def test_prints_why(self, people: Cast) -> None:
        out = StringIO()
        call_command("explain_access", "--company", "DEMO", "--as", "bob", "--action", POST, stdout=out)
        assert "no, since auditors change nothing" in out.getvalue()
        assert "Roles that are let in: accountant, clerk, controller." in out.getvalue()
        # What would be decided now is decided by the text of now.
        assert "this release's" not in out.getvalue()

    def test_prints_of_what_was_decided_which_release_brought_the_text(self, people: Cast) -> None:
        out, decision = StringIO(), recorded(people)
        call_command("explain_access", "--company", "DEMO", "--decision", str(decision.id), stdout=out)
        told = f"Version 0 as release {packaged_now().release} brought it along, recorded "
        assert told in out.getvalue()

    def test_asks_about_the_platform_where_no_company_is_named(self, people: Cast) -> None:
        out = StringIO()
        call_command("explain_access", "--as", "bob", "--action", "policy.version.write", stdout=out)
        assert "policy.version.write: no, since" in out.getvalue()
        assert "Roles that are let in: platform-admin." in out.getvalue()


class TestRetention:
    def test_is_longer_than_a_year_of_books_and_its_audit(self) -> None:
        assert timedelta(days=366) < KEPT_FOR

    def test_forgets_what_is_over_in_batches(
        self, committed_database: Clone, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        staff = cast()
        for _ in range(3):
            get(Authorizer).require(principal=staff.alice_principal, action=POST, company_id=staff.company.id)
        assert forget_old_decisions(forgotten_by=SCHEDULER) == Forgotten(0, 0)
        monkeypatch.setattr(retention, "KEPT_FOR", timedelta(seconds=-60))
        kept = census(committed_database.admin_dsn)["policy_decision"]
        assert forget_old_decisions(forgotten_by=SCHEDULER, batch=2) == Forgotten(kept + 1, 0)
        assert census(committed_database.admin_dsn)["policy_decision"] == 0

    def test_is_kept_by_the_schedule_and_nobody_else(self, people: Cast) -> None:
        with pytest.raises(AccessMustBeGranted):
            forget_old_decisions(forgotten_by=people.alice_principal)
