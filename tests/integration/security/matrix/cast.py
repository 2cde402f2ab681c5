# SPDX-License-Identifier: Apache-2.0
"""A company with something behind every door, and one person of each role who has just signed in."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import psycopg
from django.apps import apps
from django.test import Client
from psycopg import sql

from cortex import clock
from cortex.identity.models import User
from cortex.policy.actions import declared_scopes
from cortex.programs.clients.issue_token import issue_token
from tests.factories.books import Books, open_books
from tests.factories.people import create_user, let_in, person, service_client
from tests.factories.programs import Web
from tests.factories.sessions import sign_in, with_factor
from tests.frame.clones import Clone
from tests.integration.security.matrix.longest import longest
from tests.integration.security.matrix.objects import SUBJECT, objects_of
from tests.integration.security.matrix.rows import put_rows
from tests.integration.security.matrix.states import Instead, open_states

MEMBERS = ("viewer", "clerk", "accountant", "controller", "auditor", "administrator")
PLATFORM = {"platform-admin": "is_superuser", "plugin-reviewer": "is_plugin_reviewer"}
# Of these a second factor is asked.
OBLIGED = {"administrator", *PLATFORM}
PEOPLE = (*MEMBERS, *PLATFORM, "outsider")
ROLES = (*PEOPLE, "service", "anonymous")
# Pages, where a session counts and no token does; clients say who they are in the form.
WITHOUT_TOKEN = re.compile(r"^/(books|admin|accounts|o/(?!userinfo))/?")


@dataclass(frozen=True, kw_only=True)
class Who:
    """One role with what it shows at a door: a session at pages, a token at the API."""

    session: Client
    token: str | None = None

    def headers_for(self, path: str) -> Mapping[str, str]:
        shown = {"Idempotency-Key": str(uuid4())}
        if self.token is not None and not WITHOUT_TOKEN.match(path):
            shown["Authorization"] = f"Bearer {self.token}"
        return shown


@dataclass(frozen=True, kw_only=True)
class Stage:
    """Who is there, and a value for each parameter of an address."""

    who: Mapping[str, Who]
    users: Mapping[str, User]
    values: Mapping[str, str]
    own: Books
    clone: Clone
    # The program that acts for everybody here.
    program: Web
    # When everybody had just signed in.
    set_at: datetime
    # For calls that mean something to other objects only.
    instead: Instead
    # What a situation sends to doors that end so, and the words by which its pages turn somebody away.
    bodies: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    refusal: str | None = None
    # The keys of rows that were asked for.
    rows: dict[str, str | None] = field(default_factory=dict)

    @property
    def company_id(self) -> UUID:
        return self.own.company_id

    def values_for(self, name: str) -> Mapping[str, str]:
        """Return what stands in the address and the body of the call of this name."""
        return {**self.values, **(longest(self.instead, name) or {})}

    def row_of(self, label: str) -> str | None:
        """Return the key of a row of the company, or of the platform, for a page of the administration."""
        if label not in self.rows:
            self.rows[label] = self._found_row(label)
        return self.rows[label]

    def _found_row(self, label: str) -> str | None:
        model = apps.get_model(label)
        if label == "tenancy.company":
            return str(self.company_id)
        of_the_company = any(field.column == "company_id" for field in model._meta.concrete_fields)
        query = sql.SQL("SELECT {key} FROM {table} WHERE {here} ORDER BY 1 LIMIT 1").format(
            key=sql.Identifier(model._meta.pk.column),
            table=sql.Identifier(model._meta.db_table),
            here=sql.SQL("company_id = %s" if of_the_company else "%s::uuid IS NOT NULL"),
        )
        with psycopg.connect(self.clone.admin_dsn) as admin:
            found = admin.execute(query, [self.company_id]).fetchone()
        return None if found is None else str(found[0])


def set_stage(clone: Clone) -> Stage:
    """Open the books of two companies and let everybody sign in."""
    own, other = open_books(code="ACME"), open_books(code="RIVAL")
    users = {role: _user(role, own, other) for role in PEOPLE}
    program = Web(client_id="matrix", scopes=("openid", *declared_scopes()))
    tokens = _tokens(users, program)
    _make_the_service(own)
    who = _signed_in(users, tokens)
    _register_schema(who["accountant"])
    values = {
        **objects_of(own, clone),
        **_of_a_device(),
        "refresh_token": tokens["viewer"]["refresh_token"],
    }
    put_rows(own, clone, users)
    return Stage(
        who=who,
        users=users,
        values=values,
        own=own,
        clone=clone,
        program=program,
        set_at=clock.now(),
        instead=open_states(own, clone, users),
    )


def signed_in_anew(stage: Stage) -> Stage:
    """Return the stage with sessions and tokens of just now: a sign-in is fresh for minutes."""
    tokens = _tokens(stage.users, stage.program)
    return replace(stage, who={**stage.who, **_signed_in(stage.users, tokens)}, set_at=clock.now())


def _tokens(users: Mapping[str, User], program: Web) -> dict[str, Any]:
    return {
        role: program.tokens_from(session_of(user), scope=" ".join(program.scopes))
        for role, user in users.items()
    }


def _register_schema(who: Who) -> None:
    """Register a schema of the company's own: nobody changes those of the program."""
    schema = {"schema": json.dumps({"type": "string"}), "schemaType": "JSON"}
    for method, path, body in (
        ("POST", f"/schemas/subjects/{SUBJECT}/versions", schema),
        ("PUT", f"/schemas/config/{SUBJECT}", {"compatibility": "FULL"}),
    ):
        sent = json.dumps(body)
        answer = who.session.generic(
            method, path, sent, content_type="application/json", headers=who.headers_for(path)
        )
        assert answer.status_code == 200, answer.content


def _user(role: str, own: Books, other: Books) -> User:
    user = person(role)
    place, held = (other, "controller") if role == "outsider" else (own, role)
    if role in PLATFORM:
        setattr(user, PLATFORM[role], True)
    else:
        let_in(company_id=place.company_id, user_id=user.id, roles=[held])
    # Into the administration comes staff alone: what each sees there is what is asked here.
    user.is_staff = True
    user.save(update_fields=["is_staff", *PLATFORM.values()])
    return with_factor(user) if role in OBLIGED else user


def _make_the_service(own: Books) -> None:
    machine = create_user(username="service", kind=User.Kind.SERVICE)
    let_in(company_id=own.company_id, user_id=machine.id, roles=["service"])
    service_client(machine)


def _signed_in(users: Mapping[str, User], tokens: Mapping[str, Mapping[str, Any]]) -> dict[str, Who]:
    people = {
        role: Who(session=session_of(user), token=tokens[role]["access_token"])
        for role, user in users.items()
    }
    token = issue_token(client_id="service", scopes=tuple(declared_scopes()), at=clock.now())
    return {**people, "service": Who(session=browser(), token=token), "anonymous": Who(session=browser())}


def _of_a_device() -> dict[str, str]:
    """Let a device without a browser ask for its codes."""
    device = Web(client_id="till", kind="device", redirect_uris=(), scopes=("accounting:read",))
    codes = device.http.post("/o/device-authorization/", {"client_id": "till", "scope": "accounting:read"})
    return {"device": "till", "user_code": codes.json()["user_code"]}


def session_of(user: User) -> Client:
    """Return a browser in which somebody has just signed in with two factors."""
    return sign_in(browser(), user, methods=("pwd", "otp"))


def browser() -> Client:
    return Client(raise_request_exception=False)
