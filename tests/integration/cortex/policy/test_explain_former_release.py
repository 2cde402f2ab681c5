# SPDX-License-Identifier: Apache-2.0
"""What a former release decided is explained by its text: at the console and on its page."""

from io import StringIO

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection

from cortex.container import scopes
from cortex.database.transactions import transactional
from cortex.ids import uuid7
from cortex.policy.explain import Explanation, explain_decision
from cortex.policy.models import PolicyDecision
from cortex.policy.packaged import packaged_text
from cortex.policy.platform_decisions import explain_platform_decision, platform_decisions
from cortex.policy.record_packaged_text import record_packaged_text
from cortex.ports.authorizer import AccessMustBeGranted, Authorizer
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from cortex.tenancy import scope
from tests.factories.people import Cast, cast
from tests.factories.releases import another_text, release_with
from tests.frame.clones import Clone
from tests.integration.cortex.backoffice.administration import page, staff

CONSOLE = Principal.service("console")
POST = "accounting.journal_entry.post"
THEN, NOW = "No auditor changes a thing", "Auditors change nothing, whatever else they are"
COPIED = """
INSERT INTO policy_decision (id, company_id, decided_at, principal, action, resource_type, resource_id,
  is_allowed, reason, needs, policy_ids, version, packaged_digest, is_break_glass, question)
SELECT %s, company_id, decided_at, principal, action, resource_type, resource_id, is_allowed, reason, needs,
  policy_ids, version, %s, is_break_glass, question FROM policy_decision WHERE id = %s
"""


@pytest.fixture
def people(db: None) -> Cast:
    return cast()


def decided(people: Cast) -> PolicyDecision:
    """Return a refusal by the release that runs just now."""
    bob = Principal(kind="user", id=str(people.bob.id), user_id=people.bob.id)
    with scopes.scope(kind="command"), pytest.raises(AccessMustBeGranted):
        get(Authorizer).require(principal=bob, action=POST, company_id=people.company.id)
    with scope([people.company.id]):
        return transactional(PolicyDecision.objects.order_by("-id").first)()


def copied(people: Cast, decision: PolicyDecision, *, digest: str | None) -> PolicyDecision:
    """Return the same decision as one that named this text."""
    made = uuid7()
    with scope([people.company.id]):

        @transactional
        def insert() -> PolicyDecision:
            with connection.cursor() as cursor:
                cursor.execute(COPIED, [made, digest, decision.id])
            return PolicyDecision.objects.get(id=made)

        return insert()


def explained(people: Cast, decision: PolicyDecision) -> Explanation:
    with scope([people.company.id]):
        return explain_decision(company_id=people.company.id, decision_id=decision.id)


def printed(decision: PolicyDecision) -> str:
    out = StringIO()
    call_command("explain_access", "--company", "DEMO", "--decision", str(decision.id), stdout=out)
    return out.getvalue()


@pytest.fixture
def former(people: Cast) -> PolicyDecision:
    """Return what a former release, whose text was recorded, decided; this one has taken over since."""
    with release_with(another_text()):
        record_packaged_text(recorded_by=CONSOLE)
        found = decided(people)
    record_packaged_text(recorded_by=CONSOLE)
    return found


class TestDecisionOfAFormerRelease:
    def test_is_explained_by_its_text(self, people: Cast, former: PolicyDecision) -> None:
        found = explained(people, former)
        assert [each.title for each in found.policies] == [THEN]
        assert former.packaged_digest in found.text_told
        assert not found.is_text_of_today

    def test_is_told_apart_from_one_of_today(self, people: Cast, former: PolicyDecision) -> None:
        found = explained(people, decided(people))
        assert [each.title for each in found.policies] == [NOW]
        assert "Version 0 as release" in found.text_told

    def test_that_goes_on_beside_the_new_one_is_explained_by_its_own(
        self, people: Cast, former: PolicyDecision
    ) -> None:
        """The instant would say otherwise: the newest row is the new release's."""
        with release_with(another_text()):
            found = explained(people, decided(people))
        assert [each.title for each in found.policies] == [THEN]

    def test_is_printed_with_its_text(self, people: Cast, former: PolicyDecision) -> None:
        shown = printed(former)
        assert f'@title("{THEN}")' in shown
        assert f"(SHA-256 {former.packaged_digest})" in shown
        assert NOW not in shown

    def test_is_shown_with_its_text_in_the_administration(self, people: Cast, former: PolicyDecision) -> None:
        shown = page(staff(people.alice).get(f"/admin/policy/policydecision/{former.id}/change/"))
        assert THEN in shown
        assert f"(SHA-256 {former.packaged_digest})" in shown
        assert "The text is this release's" not in shown

    def test_is_found_by_its_digest_on_the_console(self, people: Cast, former: PolicyDecision) -> None:
        out = StringIO()
        call_command("policy", "packaged", stdout=out)
        assert len(out.getvalue().splitlines()) >= 2
        out = StringIO()
        call_command("policy", "packaged", former.packaged_digest, stdout=out)
        assert out.getvalue().rstrip("\n") == another_text().rstrip("\n")


class TestDecisionWhoseTextIsNotKnown:
    def test_of_a_release_that_wrote_none_down_says_so_and_shows_todays(self, people: Cast) -> None:
        old = copied(people, decided(people), digest=None)
        found = explained(people, old)
        assert found.is_text_of_today
        assert [each.title for each in found.policies] == [NOW]
        assert "no text was kept with this decision. The text is this release's" in printed(old)
        shown = page(staff(people.alice).get(f"/admin/policy/policydecision/{old.id}/change/"))
        assert "The text is this release's" in shown

    def test_of_a_text_that_nobody_recorded_shows_none(self, people: Cast) -> None:
        lost = copied(people, decided(people), digest="f" * 64)
        assert [each.text for each in explained(people, lost).policies] == [""]
        assert "which nobody recorded" in printed(lost)
        assert "kernel.auditors_change_nothing: its text is not kept." in printed(lost)
        shown = page(staff(people.alice).get(f"/admin/policy/policydecision/{lost.id}/change/"))
        assert "Decided by kernel.auditors_change_nothing: the text is not kept." in shown
        assert NOW not in shown

    def test_of_this_release_before_it_was_recorded_shows_it_and_the_remedy(self, people: Cast) -> None:
        with release_with(another_text(title="Auditors are kept from changes")):
            found = explained(people, decided(people))
        assert [each.title for each in found.policies] == ["Auditors are kept from changes"]
        assert "not recorded yet: run `cortex migrate`" in found.text_told


class TestTextThatSomebodyChanged:
    def test_is_not_shown_for_what_decided(self, committed_database: Clone) -> None:
        """A superuser can put triggers to sleep; the text has the digest, or is not the text."""
        staff = cast()
        with release_with(another_text()):
            record_packaged_text(recorded_by=CONSOLE)
            former = decided(staff)
        with psycopg.connect(committed_database.admin_dsn) as admin:
            admin.execute("ALTER TABLE policy_packaged_text DISABLE TRIGGER ALL")
            admin.execute(
                "UPDATE policy_packaged_text SET text = replace(text, %s, 'Harmless') WHERE digest = %s",
                [THEN, former.packaged_digest],
            )
        found = explained(staff, former)
        assert [each.text for each in found.policies] == [""]
        assert "somebody changed it past the program" in found.text_told


def test_a_decision_of_the_platform_is_explained_by_its_text(committed_database: Clone) -> None:
    with release_with(another_text() + PLATFORM):
        record_packaged_text(recorded_by=CONSOLE)
        with pytest.raises(AccessMustBeGranted):
            get(Authorizer).require(
                principal=Principal.service("scheduler"), action="policy.version.write", company_id=None
            )
    (decision,) = platform_decisions(asked_by=CONSOLE, action="policy.version.write", are_allowed_shown=False)
    (policy,) = explain_platform_decision(asked_by=CONSOLE, decision_id=decision.id).policies
    assert (policy.id, policy.title) == ("former.no_schedule", "The schedule writes no policies")
    assert "former.no_schedule" not in packaged_text()


PLATFORM = """
@id("former.no_schedule")
@title("The schedule writes no policies")
forbid (
  principal == Cortex::Service::"scheduler",
  action == Cortex::Action::"policy.version.write",
  resource
);
"""
