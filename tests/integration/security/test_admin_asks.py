# SPDX-License-Identifier: Apache-2.0
"""What a page of the administration declares is what it asks: each is opened, and heard."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from cortex.approvals.models import Proposal
from cortex.identity.models import User
from cortex.policy.authorizer import CedarAuthorizer
from cortex.ports.authorizer import Decision
from tests.architecture.doors import Door
from tests.factories.people import let_in, person
from tests.factories.sessions import sign_in, with_factor
from tests.integration.cortex.policy_versions.people import fresh, simulated
from tests.integration.security.scenery import ROLES, Scenery


@contextmanager
def heard(monkeypatch: pytest.MonkeyPatch) -> Iterator[set[str]]:
    """Listen to the questions of whoever is at the page; each is answered as ever."""
    actions, decide, require = set[str](), CedarAuthorizer.decide, CedarAuthorizer.require

    def decided(self: CedarAuthorizer, *, action: str, **question: Any) -> Decision:
        actions.add(action)
        return decide(self, action=action, **question)

    def required(self: CedarAuthorizer, *, action: str, **question: Any) -> None:
        actions.add(action)
        require(self, action=action, **question)

    with monkeypatch.context() as patched:
        patched.setattr(CedarAuthorizer, "decide", decided)
        patched.setattr(CedarAuthorizer, "require", required)
        yield actions


@pytest.fixture(scope="module")
def keeper(scenery: Scenery) -> User:
    """Return somebody who may enter the administration for their own company, and look after no platform."""
    user = person("keeper")
    User.objects.filter(id=user.id).update(is_staff=True)
    let_in(company_id=scenery.stage.company_id, user_id=user.id, roles=ROLES)
    with_factor(user)
    user.refresh_from_db()
    return user


@pytest.fixture(scope="module")
def of_the_platform(scenery: Scenery) -> dict[str, str]:
    """Return ids in place of those of a company's rows, by the beginning of the route."""
    simulated(fresh(scenery.mighty))
    waiting = Proposal.objects.filter(company_id=None, state=Proposal.State.WAITING).latest("id")
    return {"admin/approvals/proposal/<path:object_id>/": str(waiting.id)}


def declared_doors(scenery: Scenery, instead: Mapping[str, str]) -> list[tuple[Door, str]]:
    """Return each page of the administration that names an action, with the action."""
    found = []
    for door in scenery.doors:
        declared = door.route.declaration
        if door.route.path.startswith("admin/") and declared is not None and declared.kind == "action":
            action = declared.action_for("GET")
            assert action is not None, door.route.path
            found.append((_with_a_row_of_the_platform(door, instead), action))
    return found


def _with_a_row_of_the_platform(door: Door, instead: Mapping[str, str]) -> Door:
    for begin, object_id in instead.items():
        if door.route.path.startswith(begin):
            return replace(door, path=f"/{door.route.path}".replace("<path:object_id>", object_id))
    return door


class TestPage:
    def test_asks_what_it_declares(
        self,
        scenery: Scenery,
        keeper: User,
        of_the_platform: dict[str, str],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        browsers = (
            scenery.browser(),
            sign_in(Client(raise_request_exception=False), keeper, methods=("pwd", "otp")),
        )
        doors = declared_doors(scenery, of_the_platform)
        assert len(doors) > 250
        silent = [
            f"{door.route.path} declares {action}"
            for door, action in doors
            if not _is_asked(browsers, door, action, monkeypatch)
        ]
        assert silent == []


def _is_asked(browsers: tuple[Client, ...], door: Door, action: str, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Open the page as one after the other, until somebody is asked for the action."""
    for browser in browsers:
        for open_page in (browser.get, browser.post):
            with heard(monkeypatch) as actions:
                open_page(door.path)
            if action in actions:
                return True
    return False
