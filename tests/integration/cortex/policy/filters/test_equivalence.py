# SPDX-License-Identifier: Apache-2.0
"""A list shows exactly the rows about which the whole question, asked one by one, is answered with yes.

So for every type whose lists are filtered: a new one needs a grammar in `random_policies` and rows in
`planted_rows`.
"""

import json
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import cedarpy
import pytest
from django.db import connection
from django.db.models import QuerySet
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from cortex.identity.principals import principal_of_user
from cortex.ids import uuid7
from cortex.policy.actions import declared_action
from cortex.policy.askers import Asker
from cortex.policy.cedar import policy_set
from cortex.policy.engine import PolicyEngine
from cortex.policy.entity_types import entities_of, loaded, uid_of
from cortex.policy.filters.columns import EntityColumns, registered_columns
from cortex.policy.filters.statements import sql_of
from cortex.policy.filters.translated import translation_of
from cortex.policy.filters.truth import Condition, narrowed
from cortex.policy.packaged import packaged_text
from cortex.policy.situation import situation_of
from cortex.ports.authorizer import Resource
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from tests.factories.books import CONSOLE, Books, open_books
from tests.factories.people import let_in, person
from tests.integration.cortex.policy.filters.planted_rows import MODELS, Planting
from tests.integration.cortex.policy.filters.random_policies import GRAMMARS, atoms_of, policy_sets

SETS, ROWS = 17, 48
DECISIONS_MIN = 50_000
SCOPES = frozenset({"accounting:read", "events:read", "jobs:read", "approvals:read"})
TYPES = sorted(GRAMMARS)


@dataclass(frozen=True, kw_only=True)
class Rows:
    """The rows of one type with what policies see of each."""

    table: EntityColumns
    queryset: QuerySet[Any]
    resources: dict[UUID, Resource]
    entities: list[dict[str, Any]]


class TestGrammars:
    def test_are_there_for_every_type_whose_lists_are_filtered(self) -> None:
        registered = [table.entity_type for table in registered_columns()]
        assert sorted(GRAMMARS) == sorted(MODELS) == registered

    @pytest.mark.parametrize("table", registered_columns(), ids=lambda table: table.entity_type)
    def test_speak_of_every_attribute(self, table: EntityColumns) -> None:
        said = " ".join(atoms_of(table.entity_type))
        spoken_of = {name for name in table.attributes if f"resource.{name}" in said}
        assert spoken_of == set(table.attributes)


@pytest.mark.slow
@pytest.mark.no_cover
class TestFilters:
    def test_agree_with_full_evaluation_over_many_thousand_decisions(self, db: None) -> None:
        books = open_books()
        askers = _askers(books)
        planting = _planted(books, askers)
        with books.entered():
            rows = [_rows(table, books.company_id) for table in registered_columns()]
            words = planting.words(another=uuid7())
            compared = dict.fromkeys(TYPES, 0)

            @settings(
                max_examples=SETS,
                deadline=None,
                database=None,
                derandomize=True,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            )
            @given(text=policy_sets(TYPES), with_defaults=st.booleans())
            def agree(text: str, with_defaults: bool) -> None:
                for word, value in words.items():
                    text = text.replace(f'"{word}"', f'"{value}"')
                whole = f"{packaged_text()}\n{text}" if with_defaults else text
                engine = PolicyEngine(whole, version=1)
                for asker in askers:
                    for each in rows:
                        compared[each.table.entity_type] += _compare(engine, asker, each)

            agree()
        assert sum(compared.values()) >= DECISIONS_MIN
        assert min(compared.values()) >= DECISIONS_MIN // 50

    def test_agree_about_the_policies_that_the_program_brings_along(self, db: None) -> None:
        books = open_books()
        askers = _askers(books)
        _planted(books, askers)
        with books.entered():
            engine = PolicyEngine(packaged_text(), version=0)
            for rows in (_rows(table, books.company_id) for table in registered_columns()):
                for asker in askers:
                    assert _compare(engine, asker, rows) == len(rows.resources)


def _compare(engine: PolicyEngine, asker: Asker, rows: Rows) -> int:
    """Compare the filter with the answers one by one; return how many there were."""
    (code,) = rows.table.actions
    action = declared_action(code)
    context = situation_of(asker=asker, action=action, has_consent=False, now=get(Clock).now())
    translated = translation_of(engine=engine, asker=asker, action=code, context=context, table=rows.table)
    condition, key = translated.condition, rows.table.id.lookup
    listed = set(narrowed(rows.queryset, condition).values_list(key, flat=True))
    if key == "id":  # statements of our own name rows by their id
        assert _by_hand(rows, condition, alias="seen") == _by_hand(rows, condition, alias=None) == listed
    answered = _answered(engine, asker, code, rows, context)
    assert listed == answered, (asker, [policy.text for policy in engine.policies.values()])
    return len(rows.resources)


def _by_hand(rows: Rows, condition: Condition, *, alias: str | None) -> set[UUID]:
    """Return what a statement of our own finds, with the condition on its own row or on the row's id."""
    text, parameters = sql_of(condition, rows=rows.queryset, column="seen.id", alias=alias)
    with connection.cursor() as cursor:
        table, known = rows.queryset.model._meta.db_table, list(rows.resources)
        cursor.execute(
            f"SELECT seen.id FROM {table} seen WHERE seen.id = ANY(%s){text}", [known, *parameters]
        )
        return {row[0] for row in cursor.fetchall()}


def _answered(
    engine: PolicyEngine, asker: Asker, code: str, rows: Rows, context: dict[str, Any]
) -> set[UUID]:
    """Return the rows about which all policies together say yes, each asked for itself, without any error."""
    questions = [
        {
            "principal": asker.uid,
            "action": {"type": "Cortex::Action", "id": code},
            "resource": uid_of(resource),
            "context": context,
        }
        for resource in rows.resources.values()
    ]
    whole = policy_set(tuple((policy.id, policy.written) for policy in engine.policies.values()))
    # The schema belongs to the entities, too: without it the groups of actions are unknown.
    entities = cedarpy.Entities.from_json_str(json.dumps([*rows.entities, asker.entity]), engine.schema)
    answers = cedarpy.is_authorized_batch(questions, whole, entities, engine.schema)
    assert not any(answer.diagnostics.errors for answer in answers)
    return {row_id for row_id, answer in zip(rows.resources, answers, strict=True) if answer.allowed}


def _askers(books: Books) -> list[Asker]:
    """Return people of several roles, one who came by a token, a program and a service."""
    people = {role: _member(books, role) for role in ("viewer", "clerk", "controller", "auditor")}
    clerk = people["clerk"]
    by_token = Principal("user", clerk.id, clerk.user_id, scopes=SCOPES)
    program = Principal("client", "books-robot", people["controller"].user_id, scopes=SCOPES)
    without_scope = Principal("client", "blind-robot", people["controller"].user_id, scopes=frozenset())
    return [
        *(Asker(principal, frozenset({role}), True, True) for role, principal in people.items()),
        Asker(people["clerk"], frozenset({"clerk", "controller"}), True, True),
        Asker(by_token, frozenset({"clerk"}), True, False),
        Asker(program, frozenset({"controller"}), True, True),
        Asker(without_scope, frozenset({"controller"}), True, True),
    ]


def _member(books: Books, role: str) -> Principal:
    user = person(role)
    let_in(company_id=books.company_id, user_id=user.id, roles=[role])
    return principal_of_user(user)


def _planted(books: Books, askers: list[Asker]) -> Planting:
    writing = frozenset({"accounting:write"})
    controllers = [asker.principal for asker in askers if asker.roles == {"controller"}]
    someone = next(each for each in controllers if each.kind == "user")
    # Whose name the books know by both: the person and the program.
    by_app = replace(someone, kind="client", id="shop:user:app", scopes=writing, acts_for_person=True)
    planting = Planting(
        books=books,
        people=[UUID(asker.principal.id) for asker in askers if asker.principal.kind == "user"],
        posters=[CONSOLE, *(replace(poster, scopes=writing) for poster in controllers), by_app],
        size=ROWS,
    )
    planting.plant()
    return planting


def _rows(table: EntityColumns, company_id: UUID) -> Rows:
    """Return the company's rows of a type, and each as the program itself loads it for a question."""
    queryset: QuerySet[Any] = MODELS[table.entity_type]._default_manager.filter(company_id=company_id)
    found = list(queryset.values_list(table.id.lookup, flat=True)[: 2 * ROWS])
    resources = {}
    for row_id in found:
        resource = loaded(Resource(table.entity_type, str(row_id)), company_id=company_id)
        assert resource is not None
        resources[row_id] = resource
    entities = {
        (each["uid"]["type"], each["uid"]["id"]): each
        for resource in resources.values()
        for each in entities_of(resource)
    }
    return Rows(
        table=table,
        queryset=queryset.filter(**{f"{table.id.lookup}__in": found}),
        resources=resources,
        entities=list(entities.values()),
    )
