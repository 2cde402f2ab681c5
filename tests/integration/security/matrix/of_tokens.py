# SPDX-License-Identifier: Apache-2.0
"""Situations of tokens: what they lack, and what the policies hold where a door forgets to look."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from cortex import clock
from cortex.identity.users import active_user
from cortex.ports.principal import Principal
from cortex.programs.clients.create_client import create_client
from cortex.programs.clients.issue_token import issue_token
from cortex.programs.tokens import bearer
from tests.factories.programs import Web
from tests.integration.security.matrix.cast import Stage, Who, browser
from tests.integration.security.matrix.situations import situation

NARROW = "jobs:read"


@situation("a token without the scope")
def narrow(stage: Stage) -> Iterator[Stage]:
    program = Web(client_id="narrow", scopes=("openid", NARROW))
    people = {
        role: Who(
            session=browser(),
            token=program.tokens_from(stage.who[role].session, scope=f"openid {NARROW}")["access_token"],
        )
        for role in ("accountant", "controller", "auditor", "administrator")
    }
    machine = issue_token(client_id="service", scopes=(NARROW,), at=clock.now())
    yield replace(stage, who={**stage.who, **people, "service": Who(session=browser(), token=machine)})


@situation("the API in a session")
def in_a_session(stage: Stage) -> Iterator[Stage]:
    yield replace(stage, who={role: replace(who, token=None) for role, who in stage.who.items()})


@situation("a door that takes a program for the person behind it")
def taken_for_a_person(stage: Stage) -> Iterator[Stage]:
    made = bearer._bearer

    def mistaken(*token: Any) -> Any:
        found = made(*token)
        if found is None:
            return None
        person = replace(found.principal, kind="user", id=str(found.user.id), acts_for_person=False)
        return replace(found, principal=person)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(bearer, "_bearer", mistaken)
        yield stage


@situation("such a door, and a token without the scope")
def narrow_person(stage: Stage) -> Iterator[Stage]:
    for with_narrow in narrow(stage):
        yield from taken_for_a_person(with_narrow)


@situation("a door that forgets to look at a certificate")
def no_certificate(stage: Stage) -> Iterator[Stage]:
    create_client(
        client_id="bound",
        name="Bound",
        user=active_user(username="service"),
        scopes=["schemas"],
        certificate_id="spiffe://cortex/robot",
        created_by=Principal.service("console"),
    )
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(bearer, "has_its_certificate", lambda *given: True)
        token = issue_token(client_id="bound", scopes=("schemas",), at=clock.now())
        yield replace(stage, who={**stage.who, "bound-service": Who(session=browser(), token=token)})
