# SPDX-License-Identifier: Apache-2.0
"""Whoever belongs to several companies, or to none: each list is what raw SQL of the owner says, no row more.

Companies, members and policies are generated; the lists are read under the application's role, the truth by
whoever owns the database and is bound by no row-level security.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import connection
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from cortex.database.transactions import transactional
from cortex.identity.models import User
from cortex.identity.principals import principal_of_user
from cortex.policy import active
from cortex.policy.engine import PolicyEngine
from cortex.policy.filters.columns import columns_of, registered_columns
from cortex.policy.filters.visible import visible, visible_in_sql
from cortex.ports.principal import Principal
from cortex.tenancy import scope
from tests.factories.books import CONSOLE, Books, open_books
from tests.factories.people import person
from tests.frame.clones import Clone
from tests.integration.cortex.policy.filters.planted_rows import MODELS, Planting
from tests.integration.cortex.policy.filters.rules_in_two_languages import (
    KINDS,
    ROLES,
    Rule,
    rules,
    sql_of,
    text_of,
)

EXAMPLES, ROWS = 8, 6
COMPANIES, READERS = ("ACME", "DEMO", "OTHER"), ("alice", "bob", "charlie")
Members = list[list[frozenset[str]]]
MEMBERS: st.SearchStrategy[Members] = st.lists(
    st.lists(
        st.frozensets(st.sampled_from(ROLES), max_size=2),
        min_size=len(COMPANIES),
        max_size=len(COMPANIES),
    ),
    min_size=len(READERS),
    max_size=len(READERS),
)


@dataclass(frozen=True, kw_only=True)
class Houses:
    """Three companies with rows of every type, and three people; `owner` sees everything there is."""

    books: Sequence[Books]
    readers: Sequence[User]
    owner: psycopg.Connection[Any]

    @property
    def company_ids(self) -> list[UUID]:
        return [each.company_id for each in self.books]

    def hire(self, members: Members) -> None:
        """Make exactly these people members, as rows."""
        readers = [user.id for user in self.readers]
        self.owner.execute("DELETE FROM identity_membership WHERE user_id = ANY(%s)", [readers])
        for user_id, of_companies in zip(readers, members, strict=True):
            for company_id, roles in zip(self.company_ids, of_companies, strict=True):
                if roles:
                    self.owner.execute(
                        "INSERT INTO identity_membership"
                        " (id, company_id, user_id, roles, roles_by_hand, created_at)"
                        " VALUES (gen_random_uuid(), %s, %s, %s, %s, now())",
                        [company_id, user_id, sorted(roles), sorted(roles)],
                    )

    def truth(
        self, found: Sequence[Rule], *, about: str, reader: User, company_id: UUID, roles: frozenset[str]
    ) -> set[UUID]:
        """Return the ids that raw SQL of the owner finds."""
        known = {"company": company_id, "reader": str(reader.id)}
        rows = self.owner.execute(sql_of(found, about=about, roles=roles), known)
        return {row_id for (row_id,) in rows.fetchall()}


@pytest.fixture
def houses(committed_database: Clone) -> Iterator[Houses]:
    readers = [person(name) for name in READERS]
    books = [open_books(code=code) for code in COMPANIES]
    posters = [CONSOLE]
    for each in books:
        people = [user.id for user in readers]
        Planting(books=each, people=people, posters=posters, size=ROWS).plant()
    with psycopg.connect(committed_database.admin_dsn, autocommit=True) as owner:
        _sign_some_entries(owner, readers)
        yield Houses(books=books, readers=readers, owner=owner)


def _sign_some_entries(owner: psycopg.Connection[Any], readers: Sequence[User]) -> None:
    """Let every second entry be one that a reader posted; policies look at it."""
    owner.execute("ALTER TABLE accounting_journal_entry DISABLE TRIGGER USER")
    owner.execute(
        "UPDATE accounting_journal_entry SET posted_by = 'user:' || (%s::text[])[1 + mod(place, 3)]"
        " FROM (SELECT id AS entry, row_number() OVER (ORDER BY id) AS place FROM accounting_journal_entry)"
        " AS numbered WHERE entry = id AND mod(place, 2) = 0",
        [[str(user.id) for user in readers]],
    )
    owner.execute("ALTER TABLE accounting_journal_entry ENABLE TRIGGER USER")


class TestRules:
    def test_are_there_for_every_type_whose_lists_are_filtered(self) -> None:
        assert {name: {kind.action} for name, kind in KINDS.items()} == {
            table.entity_type: table.actions for table in registered_columns()
        }


@pytest.mark.slow
@pytest.mark.no_cover
class TestLists:
    def test_are_what_the_owner_says(self, houses: Houses, monkeypatch: pytest.MonkeyPatch) -> None:
        shown = dict.fromkeys(KINDS, 0)

        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(found=rules(), members=MEMBERS)
        def agree(found: list[Rule], members: Members) -> None:
            houses.hire(members)
            engine = PolicyEngine(text_of(found), version=0)
            monkeypatch.setattr(active.ACTIVE, "engine", lambda: engine)
            for reader, of_companies in zip(houses.readers, members, strict=True):
                for company_id, roles in zip(houses.company_ids, of_companies, strict=True):
                    for about in KINDS:
                        expected = houses.truth(
                            found, about=about, reader=reader, company_id=company_id, roles=roles
                        )
                        seen = _seen(reader, about, company_id, houses.company_ids)
                        assert seen == (expected, expected), (about, reader.username, roles, text_of(found))
                        shown[about] += len(expected)

        agree()
        assert min(shown.values()) > 0

    def test_are_empty_in_the_scope_of_another_company(
        self, houses: Houses, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        ours, theirs, _ = houses.company_ids
        houses.hire([[frozenset({"auditor"}), frozenset({"auditor"}), frozenset()]] * 3)
        engine = PolicyEngine(_all_is_seen(), version=0)
        monkeypatch.setattr(active.ACTIVE, "engine", lambda: engine)
        for about in KINDS:
            assert _seen(houses.readers[0], about, ours, [ours])[0] != set()
            if about != "People::Membership":  # an own membership is read to find out who somebody is
                assert _seen(houses.readers[0], about, ours, [theirs]) == (set(), set())
            assert _seen(houses.readers[0], about, ours, []) == (set(), set())


def _all_is_seen() -> str:
    return '@id("random.all") @title("Auditors see all") permit (principal, action, resource);'


def _seen(reader: User, about: str, company_id: UUID, scoped: Sequence[UUID]) -> tuple[set[UUID], set[UUID]]:
    """Return what both ways of asking find, by Django and in a statement of our own."""
    with scope(scoped):
        return _found(principal_of_user(reader), about, company_id)


@transactional
def _found(reader: Principal, about: str, company_id: UUID) -> tuple[set[UUID], set[UUID]]:
    kind, model, table = KINDS[about], MODELS[about], columns_of(about)
    assert table is not None
    rows = model._default_manager.filter(company_id=company_id)
    asked = {"principal": reader, "action": kind.action, "company_id": company_id, "entity_type": about}
    listed = set(visible(rows, **asked).values_list(kind.key, flat=True))  # type: ignore[arg-type]
    ((text, parameters),) = visible_in_sql(rows=rows, places=[("seen.id", "seen")], **asked)  # type: ignore[arg-type]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT seen.{kind.key} FROM {kind.table} seen WHERE seen.company_id = %s{text}",
            [company_id, *parameters],
        )
        return listed, {row_id for (row_id,) in cursor.fetchall()}
