# SPDX-License-Identifier: Apache-2.0
"""Each decision is written down: with the work that it allowed, or after the work that it refused."""

import pytest
from django.db import DatabaseError, connection

from apps.audit.models import AuditEntry
from cortex.container.scopes import scope as piece_of_work
from cortex.database.transactions import transactional
from cortex.ids import uuid7
from cortex.policy import refusal_trail
from cortex.policy.models import PolicyDecision
from cortex.ports.authorizer import AccessMustBeGranted, Authorizer
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from cortex.tenancy import scope
from tests.factories.people import Cast, cast

READ, POST, LOCK = (
    "accounting.books.read",
    "accounting.journal_entry.post",
    "accounting.fiscal_period.lock",
)


@pytest.fixture
def people(db: None, monkeypatch: pytest.MonkeyPatch) -> Cast:
    monkeypatch.setattr(refusal_trail, "_left", {})
    return cast()


def decisions(people: Cast) -> list[PolicyDecision]:
    with scope([people.company.id]):
        return read_decisions()


@transactional
def read_decisions() -> list[PolicyDecision]:
    # How the cast came into the company was decided, too.
    return list(PolicyDecision.objects.exclude(action="identity.membership.grant").order_by("id"))


def leaves(people: Cast) -> int:
    with scope([people.company.id]):
        return transactional(
            lambda: sum(b"policy.access.refused" in bytes(e.body) for e in AuditEntry.objects.all())
        )()


def bob(people: Cast) -> Principal:
    return Principal(kind="user", id=str(people.bob.id), user_id=people.bob.id)


class TestAllowedChange:
    def test_is_written_with_the_work(self, people: Cast) -> None:
        @transactional
        def work() -> list[PolicyDecision]:
            require(people.alice_principal, POST, people)
            return read_decisions()

        with scope([people.company.id]):
            assert work() == []
        (written,) = decisions(people)
        assert (written.principal, written.action, written.is_allowed) == (
            people.alice_principal.urn,
            POST,
            True,
        )
        assert written.policy_ids == ["accounting.controllers_answer_for_the_books"]
        assert written.version == 0
        assert (written.resource_type, written.resource_id) == ("Cortex::Company", str(people.company.id))
        assert written.question["context"]["scope"] == "accounting:write"
        assert written.question["entities"][0]["parents"] == [{"type": "Cortex::Role", "id": "controller"}]

    def test_goes_with_the_work_that_is_undone(self, people: Cast) -> None:
        @transactional
        def work() -> None:
            require(people.alice_principal, POST, people)
            raise ValueError("undone")

        with pytest.raises(ValueError, match="undone"):
            work()
        assert decisions(people) == []

    def test_is_written_in_the_scope_of_its_company(self, people: Cast) -> None:
        """The outermost transaction may stand in no company at all."""
        transactional(lambda: require(people.alice_principal, POST, people))()
        assert len(decisions(people)) == 1


class TestRefusal:
    def test_survives_the_work_that_it_undid(self, people: Cast) -> None:
        with pytest.raises(AccessMustBeGranted):
            transactional(lambda: require(bob(people), POST, people))()
        (written,) = decisions(people)
        assert (written.is_allowed, written.policy_ids) == (False, ["kernel.auditors_change_nothing"])
        assert leaves(people) == 1

    def test_waits_for_the_end_of_the_request(self, people: Cast) -> None:
        with piece_of_work(kind="request"), pytest.raises(AccessMustBeGranted):
            require(bob(people), POST, people)
            assert decisions(people) == []
        assert len(decisions(people)) == 1

    def test_again_and_again_leaves_one_leaf_a_minute(self, people: Cast) -> None:
        for _ in range(5):
            with pytest.raises(AccessMustBeGranted):
                require(bob(people), POST, people)
        assert (len(decisions(people)), leaves(people)) == (5, 1)

    def test_names_what_is_needed(self, people: Cast) -> None:
        stale = Principal(kind="user", id=str(people.alice.id), user_id=people.alice.id)
        with pytest.raises(AccessMustBeGranted):
            require(stale, LOCK, people)
        (written,) = decisions(people)
        assert written.needs == ["step_up"]

    def test_of_an_outsider_has_no_question(self, people: Cast) -> None:
        charlie = Principal(kind="user", id=str(people.charlie.id), user_id=people.charlie.id)
        with pytest.raises(AccessMustBeGranted):
            require(charlie, READ, people)
        (written,) = decisions(people)
        assert (written.question, written.reason) == (None, "no membership in this company")


class TestQuestion:
    def test_without_consequence_is_not_written(self, people: Cast) -> None:
        get(Authorizer).decide(principal=people.alice_principal, action=POST, company_id=people.company.id)
        assert decisions(people) == []


class TestRow:
    @pytest.mark.parametrize(
        "statement",
        ["UPDATE policy_decision SET is_allowed = true", "DELETE FROM policy_decision"],
    )
    def test_is_changed_by_nobody(self, people: Cast, statement: str) -> None:
        require(people.alice_principal, READ, people)
        with scope([people.company.id]), pytest.raises(DatabaseError):
            transactional(lambda: run(statement))()
        assert len(decisions(people)) == 1

    def test_is_seen_in_its_company_alone(self, people: Cast) -> None:
        require(people.alice_principal, READ, people)
        with scope([uuid7()]):
            assert read_decisions() == []


def require(principal: Principal, action: str, people: Cast) -> None:
    get(Authorizer).require(principal=principal, action=action, company_id=people.company.id)


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
