# SPDX-License-Identifier: Apache-2.0
"""The version that was activated last decides; one that cannot be used lets in the console alone."""

import pytest
from django.db import DatabaseError, connection

from cortex import clock
from cortex.ids import uuid7
from cortex.policy.active import ACTIVE, active_engine, policies_fit
from cortex.policy_versions.check_version import checked_version
from cortex.policy_versions.errors import PolicyVersionMustFit
from cortex.ports.authorizer import Authorizer, Decision
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from tests.factories.people import Cast, cast

pytestmark = pytest.mark.django_db
READ = "accounting.books.read"
NOBODY_READS = """@id("test.nobody") @title("Nobody reads today")
forbid (principal, action, resource);"""
READERS_OF_VERSIONS = """
@id("test.console") @title("Console")
permit (principal == Cortex::Service::"console", action == Cortex::Action::"policy.version.read", resource);
"""
ALICE = "user:0195b4a0-0000-7000-8000-000000000001"


@pytest.fixture
def people() -> Cast:
    return cast()


def written(text: str, *, author: str = ALICE) -> int:
    """Store a version and return its number."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO policy_version (id, text, author, created_at) VALUES (%s, %s, %s, %s)"
            " RETURNING number",
            [uuid7(), text, author, clock.now()],
        )
        return int(cursor.fetchone()[0])


def activate(number: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO policy_activation (version_id, activated_by, activated_at)"
            " VALUES ((SELECT id FROM policy_version WHERE number = %s), %s, %s)",
            [number, ALICE, clock.now()],
        )
    ACTIVE.look_again()


def reads(people: Cast) -> Decision:
    return get(Authorizer).decide(principal=people.alice_principal, action=READ, company_id=people.company.id)


class TestActivation:
    def test_counts_from_the_next_look(self, people: Cast) -> None:
        assert reads(people).version == 0
        number = written(NOBODY_READS)
        activate(number)
        decision = reads(people)
        assert (decision.is_allowed, decision.version) == (False, number)
        assert decision.policy_ids == ("test.nobody",)

    def test_of_nothing_goes_back_to_what_the_program_brings(self, people: Cast) -> None:
        activate(written(NOBODY_READS))
        activate(0)
        assert (reads(people).is_allowed, reads(people).version) == (True, 0)

    def test_is_looked_for_once_a_second_and_not_more(
        self, people: Cast, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        activate(written(NOBODY_READS))
        assert not reads(people).is_allowed
        activations = written('@id("test.none") @title("Nothing") forbid (principal, action, resource);')
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO policy_activation (version_id, activated_by, activated_at)"
                " VALUES ((SELECT id FROM policy_version WHERE number = %s), %s, %s)",
                [activations, ALICE, clock.now()],
            )
        assert reads(people).policy_ids == ("test.nobody",)
        monkeypatch.setattr("cortex.policy.active.SECONDS_BETWEEN_LOOKS", 0.0)
        assert reads(people).policy_ids == ("test.none",)


class TestVersionThatCannotBeUsed:
    @pytest.mark.parametrize(
        "text",
        [
            "permit (principal, action",
            '@id("test.moon") @title("Moon") permit (principal, action, resource) when { principal.moon };',
        ],
        ids=["unreadable", "invalid"],
    )
    def test_lets_in_the_console_to_roll_back_and_nobody_else(self, people: Cast, text: str) -> None:
        activate(written(text))
        assert not reads(people).is_allowed
        console = Principal.service("console")
        ask = get(Authorizer).decide
        assert not ask(principal=console, action=READ, company_id=people.company.id).is_allowed
        assert ask(principal=console, action="policy.version.roll_back", company_id=None).is_allowed


GONE = """
@id("test.readers") @title("Readers")
permit (principal in Cortex::Role::"controller",
  action in [Cortex::Action::"accounting.books.read", Cortex::Action::"accounting.moon.land"], resource);
@id("test.moon") @title("Moon")
forbid (principal, action == Cortex::Action::"accounting.moon.land", resource);
@id("test.writers") @title("Writers")
permit (principal in Cortex::Role::"controller", action in Cortex::Action::"accounting:write", resource);
"""


class TestVersionThatNamesAnActionThatIsGone:
    def test_decides_all_else_as_before(self, people: Cast) -> None:
        number = written(GONE)
        activate(number)
        decision = reads(people)
        assert (decision.is_allowed, decision.version) == (True, number)
        assert decision.policy_ids == ("test.readers",)

    def test_refuses_what_it_names_nowhere_and_might_have_forbidden(self, people: Cast) -> None:
        activate(written(GONE))
        decision = get(Authorizer).decide(
            principal=people.alice_principal,
            action="accounting.journal_entry.post",
            company_id=people.company.id,
        )
        assert (decision.is_allowed, decision.policy_ids) == (False, ("lockdown.what_is_named_nowhere",))

    def test_is_told_with_policy_action_and_remedy(self, people: Cast) -> None:
        console = Principal.service("console")
        assert checked_version(seen_by=console) == "version 0 fits this release"
        assert policies_fit()
        number = written(GONE + READERS_OF_VERSIONS)
        activate(number)
        assert not policies_fit()
        with pytest.raises(PolicyVersionMustFit, match="rollback 0") as refused:
            checked_version(seen_by=console)
        assert refused.value.evidence["got"] == [
            "test.readers: accounting.moon.land",
            "test.moon: accounting.moon.land",
        ]

    def test_that_cannot_be_mended_is_told_too(self, people: Cast) -> None:
        activate(written("permit (principal, action"))
        assert not policies_fit()
        with pytest.raises(PolicyVersionMustFit, match="the console alone"):
            checked_version(seen_by=Principal.service("console"))


class TestVersion:
    @pytest.mark.parametrize("column", ["text", "digest", "author", "note"])
    def test_never_changes(self, column: str) -> None:
        number = written(NOBODY_READS)
        with pytest.raises(DatabaseError), connection.cursor() as cursor:
            cursor.execute(f"UPDATE policy_version SET {column} = 'other' WHERE number = %s", [number])

    def test_is_not_approved_by_its_author(self) -> None:
        number = written(NOBODY_READS)
        approve = "UPDATE policy_version SET approved_by = author, approved_at = now() WHERE number = %s"
        with (
            pytest.raises(DatabaseError, match="policy_version_approved_by_another"),
            connection.cursor() as cursor,
        ):
            cursor.execute(approve, [number])

    def test_keeps_its_engine_while_it_is_in_force(self, people: Cast) -> None:
        activate(written(NOBODY_READS))
        assert active_engine() is active_engine()
