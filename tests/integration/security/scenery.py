# SPDX-License-Identifier: Apache-2.0
"""The matrix's company, somebody whom every policy lets in there, and what belongs to this person alone.

A door that is closed to this person is closed by something else than a missing right or a missing object.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

import psycopg
from allauth.mfa.models import Authenticator
from django.test import Client, override_settings

from cortex import clock
from cortex.identity.models import User
from cortex.identity.one_time_sign_in import issue_link, issue_one_time_sign_in
from cortex.identity.password_reset import RESET
from tests.architecture.doors import Door, doors
from tests.factories.people import let_in, person
from tests.factories.programs import Web
from tests.factories.sessions import sign_in
from tests.frame import clones
from tests.frame.clones import Clone
from tests.frame.server import server
from tests.integration.security.matrix.cast import Stage, browser, set_stage

ROLES = ("accountant", "administrator", "controller")


@dataclass(frozen=True, kw_only=True)
class Scenery:
    """The stage, the mighty, and every door with an object that is there."""

    stage: Stage
    mighty: User
    doors: tuple[Door, ...]
    clone: Clone

    def browser(self, *, enforce_csrf_checks: bool = False) -> Client:
        """Return a browser in which the mighty have just signed in with two factors."""
        client = Client(enforce_csrf_checks=enforce_csrf_checks, raise_request_exception=False)
        return sign_in(client, self.mighty, methods=("pwd", "otp"))


def set_scenery(clone: Clone) -> Scenery:
    """Set the stage, and give the mighty a factor, a session, a program and links of their own."""
    stage = set_stage(clone)
    mighty = _mighty(stage)
    values = {**stage.values, **_of_their_own(stage, mighty)}
    tokens = {
        "accounts/one-time/": issue_one_time_sign_in(user=mighty, at=clock.now()),
        "accounts/password-reset/": issue_link(
            user=mighty, purpose=RESET, at=clock.now(), lifetime=timedelta(hours=1)
        ),
    }
    found = tuple(doors(values=values, row_of=stage.row_of, tokens=tokens))
    return Scenery(stage=stage, mighty=mighty, doors=found, clone=clone)


@contextmanager
def scenery_in(template: str) -> Iterator[Scenery]:
    """Set the scenery in a database of its own, a copy of the template."""
    with (
        clones.clone(server(), template=template) as own,
        override_settings(PUBLIC_URL="https://books.example"),
    ):
        yield set_scenery(own)


def _mighty(stage: Stage) -> User:
    user = person("mighty")
    User.objects.filter(id=user.id).update(is_superuser=True, is_staff=True, is_plugin_reviewer=True)
    let_in(company_id=stage.company_id, user_id=user.id, roles=ROLES)
    user.refresh_from_db()
    return user


def _of_their_own(stage: Stage, mighty: User) -> dict[str, str]:
    elsewhere = browser()
    link = issue_one_time_sign_in(user=mighty, at=clock.now())
    elsewhere.post(f"/accounts/one-time/{link}/")
    Authenticator.objects.create(user=mighty, type=Authenticator.Type.TOTP, data={"secret": "planted"})
    program = Web(client_id="scenery")
    program.tokens_from(sign_in(browser(), mighty, methods=("pwd", "otp")))
    with psycopg.connect(stage.clone.admin_dsn) as admin:
        return {
            "factor_id": _one(admin, "SELECT id FROM mfa_authenticator WHERE user_id = %s", mighty),
            "session_id": _one(admin, "SELECT id FROM identity_session WHERE user_id = %s", mighty),
            "authorization_id": _one(
                admin, "SELECT id FROM programs_authorization WHERE user_id = %s", mighty
            ),
            "company_id": str(stage.company_id),
        }


def _one(admin: "psycopg.Connection[tuple[object]]", statement: str, mighty: User) -> str:
    row = admin.execute(statement, [mighty.id]).fetchone()
    assert row is not None, statement
    return str(row[0])
