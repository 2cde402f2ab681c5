# SPDX-License-Identifier: Apache-2.0
"""Decisions under a version of people are explained by what they wrote, however far it fits this release."""

import pytest
from django.db import connection

from cortex import clock
from cortex.backoffice.decision_explained import decision_explained
from cortex.database.transactions import transactional
from cortex.ids import uuid7
from cortex.policy.explain import Explanation, explain_decision, explain_question
from cortex.policy.models import PolicyDecision
from cortex.policy.packaged import packaged_text, text_digest
from cortex.policy.policies_shown import policies_shown
from cortex.policy.policy_text import policies_of
from cortex.tenancy import scope
from tests.factories.people import Cast, cast
from tests.integration.cortex.backoffice.administration import page, staff
from tests.integration.cortex.policy.test_versions_in_force import GONE, READ, activate, written

FENCE, CONSOLE_ALONE = "lockdown.what_is_named_nowhere", "lockdown.console_rolls_back"
POST = "accounting.journal_entry.post"
# What a later release may write, and this one refuses to put in force.
NEWER = """
// A comment of the author.
@id("test.moonlit") @title("Posted by moonlight")
@requires("moonlight")
forbid (principal, action == Cortex::Action::"accounting.journal_entry.post", resource);
@id("test.readers") @title("Readers")
permit (principal in Cortex::Role::"controller", action == Cortex::Action::"accounting.books.read", resource);
"""
# What no release until now can read.
FOREIGN = '@id("test.ritual") @title("A ritual") ponder (principal, action, resource);'
INSERT = """
INSERT INTO policy_decision (id, company_id, decided_at, principal, action, resource_type, resource_id,
  is_allowed, reason, needs, policy_ids, version, packaged_digest, is_break_glass, cluster_epoch)
VALUES (%s, %s, %s, %s, %s, 'Company', 'x', false, 'r', '{}', %s, %s, %s, false, cortex_cluster_epoch())
"""


@pytest.fixture
def people(db: None) -> Cast:
    return cast()


def decided(people: Cast, *ids: str, version: int, digest: str | None = None) -> PolicyDecision:
    """Return a decision of earlier, by these policies."""
    made, company = uuid7(), people.company.id
    with scope([company]):

        @transactional
        def insert() -> PolicyDecision:
            row = [made, company, clock.now(), people.alice_principal.urn, POST, list(ids), version, digest]
            with connection.cursor() as cursor:
                cursor.execute(INSERT, row)
            return PolicyDecision.objects.get(id=made)

        return insert()


def explained(people: Cast, decision: PolicyDecision) -> Explanation:
    with scope([people.company.id]):
        return explain_decision(company_id=people.company.id, decision_id=decision.id)


def shown(people: Cast, decision: PolicyDecision) -> str:
    return page(staff(people.alice).get(f"/admin/policy/policydecision/{decision.id}/change/"))


class TestVersionThatNamesWhatIsGone:
    def test_shows_a_policy_that_named_nothing_else(self, people: Cast) -> None:
        number = written(GONE)
        activate(number)
        (policy,) = explained(people, decided(people, "test.moon", version=number)).policies
        assert (policy.title, "accounting.moon.land" in policy.text) == ("Moon", True)

    def test_shows_a_policy_that_lost_a_name_as_it_was_written(self, people: Cast) -> None:
        number = written(GONE)
        activate(number)
        (policy,) = explained(people, decided(people, "test.readers", version=number)).policies
        assert "accounting.moon.land" in policy.text
        with scope([people.company.id]):
            (now,) = explain_question(
                principal=people.alice_principal, action=READ, company_id=people.company.id
            ).policies
        assert (now.id, now.text) == ("test.readers", policy.text)

    @pytest.mark.parametrize("in_force_now", ["itself", "version 0"])
    def test_shows_what_the_program_added(self, people: Cast, in_force_now: str) -> None:
        number = written(GONE)
        activate(number if in_force_now == "itself" else 0)
        found = explained(people, decided(people, FENCE, version=number))
        (policy,) = found.policies
        assert (
            policy.title == "The policies in force were written for another release, and do not speak of this"
        )
        assert POST in policy.text
        assert READ not in policy.text
        assert f"{FENCE}: the program's own" in found.text_told


@pytest.mark.parametrize("in_force_now", ["itself", "version 0"])
class TestVersionThatCannotBeUsed:
    def test_shows_that_the_console_alone_was_let_in(self, people: Cast, in_force_now: str) -> None:
        number = written(FOREIGN)
        activate(number if in_force_now == "itself" else 0)
        found = explained(people, decided(people, CONSOLE_ALONE, version=number))
        assert [each.title for each in found.policies] == [
            "The policies in force cannot be used: only the console may put others in force"
        ]
        assert "the program's own" in found.text_told

    def test_shows_earlier_decisions_by_its_text(self, people: Cast, in_force_now: str) -> None:
        number = written(FOREIGN)
        activate(number if in_force_now == "itself" else 0)
        found = explained(people, decided(people, "test.ritual", version=number))
        assert [(each.title, each.text) for each in found.policies] == [("A ritual", FOREIGN)]
        assert found.text_told == ""


class TestPage:
    def test_never_says_that_a_text_which_stands_there_is_not_kept(self, people: Cast) -> None:
        number = written(GONE)
        old = decided(people, "test.moon", "test.readers", FENCE, version=number)
        told = [shown(people, old)]
        activate(number)
        told.append(decision_explained(old))
        for each in told:
            assert "not kept" not in each
            assert "accounting.moon.land" in each
            assert "own, as this release writes it" in each


class TestTextOfALaterRelease:
    def test_of_its_own_is_shown_where_this_one_cannot_put_it_in_force(self, people: Cast) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO policy_packaged_text (text, schema_digest, release, recorded_at)"
                " VALUES (%s, %s, '9', now())",
                [NEWER, "0" * 64],
            )
        old = decided(people, "test.moonlit", version=0, digest=text_digest(NEWER))
        (policy,) = explained(people, old).policies
        assert policy.title == "Posted by moonlight"
        assert policy.text.startswith('@id("test.moonlit")')
        assert '@requires("moonlight")' in policy.text
        assert "Posted by moonlight" in shown(people, old)

    def test_of_people_is_shown_too(self, people: Cast) -> None:
        old = decided(people, "test.moonlit", version=written(NEWER))
        assert "moonlight" in explained(people, old).policies[0].text
        assert "Posted by moonlight" in shown(people, old)


class TestPoliciesShown:
    def test_of_this_release_are_what_it_reads(self) -> None:
        read = policies_of(packaged_text())
        found = policies_shown(packaged_text())
        assert [(each.id, each.title, each.effect) for each in found] == [
            (each.id, each.title, each.effect) for each in read
        ]
        assert [each.text for each in found] == [each.text for each in read]

    def test_of_another_stand_as_they_were_written(self) -> None:
        assert [(each.id, each.title, each.effect) for each in policies_shown(NEWER + FOREIGN)] == [
            ("test.moonlit", "Posted by moonlight", "forbid"),
            ("test.readers", "Readers", "permit"),
            ("test.ritual", "A ritual", ""),
        ]
