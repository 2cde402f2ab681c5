# SPDX-License-Identifier: Apache-2.0
"""Situations: one thing of the stage is otherwise, some doors are tried, and all is as before afterwards."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import yaml
from django.db import transaction
from django.urls import resolve

from cortex.identity.models import User
from tests.factories.people import let_in as member_in
from tests.factories.people import person
from tests.factories.sessions import sign_in
from tests.integration.security.matrix.call import Call
from tests.integration.security.matrix.cast import Stage, Who, browser
from tests.integration.security.matrix.expectations import groups as named_groups
from tests.integration.security.matrix.expectations import let_in, named

EXPECTED = Path(__file__).with_name("expected_situations.yaml")
Made = Callable[[Stage], Iterator[Stage]]
MAKERS: dict[str, Callable[[Stage], AbstractContextManager[Stage]]] = {}


@dataclass(frozen=True, kw_only=True)
class Situation:
    """What the file says of one situation."""

    name: str
    policies: frozenset[str]
    asked: tuple[str, ...]
    refusal: str | None
    doors: Mapping[str, dict[str, str]]

    @contextmanager
    def on(self, stage: Stage) -> Iterator[Stage]:
        """Yield the stage as it is in this situation, and take everything back."""
        with transaction.atomic():
            with MAKERS[self.name](stage) as otherwise:
                yield replace(otherwise, refusal=self.refusal)
            transaction.set_rollback(True)

    def calls(self, stage: Stage) -> list[Call]:
        """Return the calls at its doors, each of which must be there."""
        found = []
        for name in self.doors:
            method, _, door = name.partition(" ")
            path = door.format(**stage.values_for(name))
            # The administration catches every address; what it catches so has no name.
            assert resolve(path).url_name, f"{name}: no such door"
            found.append(Call(method, path, name))
        return found


def situation(name: str) -> Callable[[Made], Made]:
    """Make a function the maker of the situation that the file calls so."""

    def registered(made: Made) -> Made:
        MAKERS[name] = contextmanager(made)
        return made

    return registered


def told_situations() -> list[Situation]:
    """Return what the file says, situation by situation."""
    groups = named_groups()
    return [
        Situation(
            name=name,
            policies=frozenset(told["policies"].split()),
            asked=tuple(named(told["asked"], groups)),
            refusal=told.get("refusal"),
            doors={
                door: let_in(words, groups, named(told["asked"], groups))
                for door, words in told["doors"].items()
            },
        )
        for name, told in yaml.safe_load(EXPECTED.read_text()).items()
    ]


def joined(stage: Stage, name: str, *roles: str, is_platform_administrator: bool = False) -> User:
    """Let somebody more into the company, or onto the platform; they are staff like everybody here."""
    user = person(name)
    if roles:
        member_in(company_id=stage.company_id, user_id=user.id, roles=roles)
    user.is_staff, user.is_superuser = True, is_platform_administrator
    user.save(update_fields=["is_staff", "is_superuser"])
    return user


def beside(stage: Stage, **users: User) -> Stage:
    """Return the stage with these people more, by what the file calls them; they have a session alone."""
    more = {
        name.replace("_", "-"): Who(session=sign_in(browser(), user, methods=("pwd", "otp")))
        for name, user in users.items()
    }
    return replace(stage, who={**stage.who, **more})


def about(stage: Stage, **values: object) -> Stage:
    """Return the stage with other objects in the addresses."""
    return replace(stage, values={**stage.values, **{name: str(value) for name, value in values.items()}})
