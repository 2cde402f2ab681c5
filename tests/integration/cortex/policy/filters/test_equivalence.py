# SPDX-License-Identifier: Apache-2.0
"""A list shows exactly the rows about which the whole question, asked one by one, is answered with yes."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

import cedarpy
import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.models import QuerySet
from guardian.models import UserObjectPermission
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from apps.accounting.adapters.policy_objects import account_as_resource, entry_as_resource
from apps.accounting.domain.policy_names import ACCOUNT, ENTRY, READ_BOOKS
from apps.accounting.models import Account, JournalEntry
from apps.accounting.services.close_period import close_period
from apps.accounting.services.create_accounts import create_accounts
from apps.accounting.services.post_journal_entry import post_journal_entry
from apps.accounting.services.reverse_journal_entry import reverse_journal_entry
from cortex.identity.principals import principal_of_user
from cortex.policy.actions import declared_action
from cortex.policy.askers import Asker
from cortex.policy.cedar import policy_set
from cortex.policy.engine import PolicyEngine
from cortex.policy.entity_types import entities_of, uid_of
from cortex.policy.filters.columns import columns_of
from cortex.policy.filters.statements import sql_of
from cortex.policy.filters.translated import translation_of
from cortex.policy.filters.truth import Condition, narrowed
from cortex.policy.packaged import packaged_text
from cortex.policy.situation import situation_of
from cortex.ports.authorizer import Resource
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from tests.factories.books import CONSOLE, AccountDraftFactory, Books, EntryDraftFactory, open_books
from tests.factories.people import let_in, person
from tests.integration.cortex.policy.filters.random_policies import OF_ACCOUNTS, OF_ENTRIES, policy_sets

SETS, ENTRIES, ACCOUNTS = 60, 90, 30
DECISIONS_MIN = 50_000
SCOPES = frozenset({"accounting:read"})


@dataclass(frozen=True, kw_only=True)
class Rows:
    """The rows of one type with what policies see of each."""

    entity_type: str
    queryset: QuerySet[Any]
    resources: dict[UUID, Resource]
    entities: list[dict[str, Any]]


@pytest.mark.slow
class TestFilters:
    def test_agree_with_full_evaluation_over_many_thousand_decisions(self, db: None) -> None:
        books = open_books()
        askers = _askers(books)
        with books.entered():
            rows = [_entries(books, askers), _accounts(books, askers)]
            compared = [0]

            @settings(
                max_examples=SETS,
                deadline=None,
                database=None,
                derandomize=True,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            )
            @given(text=policy_sets((ENTRY, OF_ENTRIES), (ACCOUNT, OF_ACCOUNTS)), with_defaults=st.booleans())
            def agree(text: str, with_defaults: bool) -> None:
                whole = f"{packaged_text()}\n{text}" if with_defaults else text
                engine = PolicyEngine(whole, version=1)
                for asker in askers:
                    for each in rows:
                        compared[0] += _compare(engine, asker, each)

            agree()
        assert compared[0] >= DECISIONS_MIN

    def test_agree_about_the_policies_that_the_program_brings_along(self, db: None) -> None:
        books = open_books()
        askers = _askers(books)
        with books.entered():
            rows = _entries(books, askers)
            engine = PolicyEngine(packaged_text(), version=0)
            for asker in askers:
                assert _compare(engine, asker, rows) == len(rows.resources)


def _compare(engine: PolicyEngine, asker: Asker, rows: Rows) -> int:
    """Compare the filter with the answers one by one; return how many there were."""
    table = columns_of(rows.entity_type)
    assert table is not None
    action = declared_action(READ_BOOKS)
    context = situation_of(asker=asker, action=action, has_consent=False, now=get(Clock).now())
    translated = translation_of(engine=engine, asker=asker, action=READ_BOOKS, context=context, table=table)
    condition = translated.condition
    listed = set(narrowed(rows.queryset, condition).values_list("id", flat=True))
    assert _by_hand(rows, condition, alias="seen") == _by_hand(rows, condition, alias=None) == listed
    answered = _answered(engine, asker, rows, context)
    assert listed == answered, (asker, [policy.text for policy in engine.policies.values()])
    return len(rows.resources)


def _by_hand(rows: Rows, condition: Condition, *, alias: str | None) -> set[UUID]:
    """Return what a statement of our own finds, with the condition on its own row or on the row's id."""
    text, parameters = sql_of(condition, rows=rows.queryset, column="seen.id", alias=alias)
    with connection.cursor() as cursor:
        table = rows.queryset.model._meta.db_table
        cursor.execute(f"SELECT seen.id FROM {table} seen WHERE true{text}", parameters)
        return {row[0] for row in cursor.fetchall()}


def _answered(engine: PolicyEngine, asker: Asker, rows: Rows, context: dict[str, Any]) -> set[UUID]:
    """Return the rows about which all policies together say yes, each asked for itself, without any error."""
    questions = [
        {
            "principal": asker.uid,
            "action": {"type": "Cortex::Action", "id": READ_BOOKS},
            "resource": uid_of(resource),
            "context": context,
        }
        for resource in rows.resources.values()
    ]
    whole = policy_set({policy.id: policy.body for policy in engine.policies.values()})
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


def _entries(books: Books, askers: list[Asker]) -> Rows:
    writing = frozenset({"accounting:write"})
    controllers = [asker.principal for asker in askers if asker.roles == {"controller"}]
    posters = [CONSOLE, *(replace(poster, scopes=writing) for poster in controllers)]
    people = _people(askers)
    for number in range(ENTRIES - 5):
        draft = EntryDraftFactory(
            accounting_date=date(2026, 1 + number % 12, 5),
            reference=f"R-{number}" if number % 3 else None,
        )
        posted = post_journal_entry(
            company_id=books.company_id, draft=draft, posted_by=posters[number % len(posters)]
        )
        if number % 4 == 0:
            _share(JournalEntry, "view_journalentry", posted.id, people[number % len(people)])
    for entry in JournalEntry.objects.filter(company_id=books.company_id)[:5]:
        reverse_journal_entry(
            company_id=books.company_id, entry_id=entry.id, reversed_by=CONSOLE, is_cancellation=True
        )
    for month in range(1, 5):
        close_period(
            company_id=books.company_id,
            period_code=f"2026-{month:02d}",
            closed_by=CONSOLE,
            is_soft=month % 2 == 0,
            reason="The month is over",
        )
    found = JournalEntry.objects.filter(company_id=books.company_id)
    resources = {entry.id: entry_as_resource(entry) for entry in found.select_related("journal", "period")}
    return _rows(ENTRY, found, resources)


def _accounts(books: Books, askers: list[Asker]) -> Rows:
    people = _people(askers)
    drafts = [
        AccountDraftFactory(
            code=f"{'Assets' if number % 2 else 'Income'}:Account-{number:02d}",
            type="asset" if number % 2 else "income",
        )
        for number in range(ACCOUNTS)
    ]
    create_accounts(company_id=books.company_id, drafts=drafts, created_by=CONSOLE)
    found = Account.objects.filter(company_id=books.company_id)
    for number, account in enumerate(found):
        Account.objects.filter(id=account.id).update(
            is_active=number % 3 != 0, is_bank_or_cash=number % 5 == 0
        )
        if number % 4 == 0:
            _share(Account, "view_account", account.id, people[number % len(people)])
    return _rows(ACCOUNT, found, {account.id: account_as_resource(account) for account in found.all()})


def _rows(entity_type: str, queryset: QuerySet[Any], resources: dict[UUID, Resource]) -> Rows:
    entities = {
        (each["uid"]["type"], each["uid"]["id"]): each
        for resource in resources.values()
        for each in entities_of(resource)
    }
    return Rows(
        entity_type=entity_type,
        queryset=queryset,
        resources=resources,
        entities=list(entities.values()),
    )


def _people(askers: Iterable[Asker]) -> list[UUID]:
    return [UUID(asker.principal.id) for asker in askers if asker.principal.kind == "user"]


def _share(model: Any, codename: str, object_id: UUID, user_id: UUID) -> None:
    content_type = ContentType.objects.get_for_model(model)
    permission, _ = Permission.objects.get_or_create(
        codename=codename, content_type=content_type, defaults={"name": codename}
    )
    UserObjectPermission.objects.create(
        permission=permission, content_type=content_type, object_pk=str(object_id), user_id=user_id
    )
