# SPDX-License-Identifier: Apache-2.0
"""Every command, task, subscriber, kind of job and page of the administration says what it asks for.

What is said here is held against what is asked in tests/integration/security/test_asking.py.
"""

import argparse
from collections.abc import Iterator, Mapping
from typing import Any

from celery import current_app
from django.contrib import admin
from django.core.management import get_commands, load_command_class
from django.core.management.base import BaseCommand

from cortex.backoffice.read_only import ReadOnlyModelAdmin
from cortex.backoffice.verbs import VerbsModelAdmin
from cortex.events.subscribers import all_subscribers
from cortex.jobs.kinds import all_kinds
from cortex.policy.actions import find_action
from cortex.ports.asking import ANY_VERB, Asking, asking_of, asks, asks_nothing, nothing, of
from tests.architecture.asking_nothing import MAY_ASK_NOTHING

OURS = ("cortex.", "apps.")


def our_commands() -> dict[str, BaseCommand]:
    """Return every command of ours, those of Django that we replaced among them."""
    return {
        name: load_command_class(room, name)
        for name, room in sorted(get_commands().items())
        if str(room).startswith(OURS)
    }


def verbs_of(command: BaseCommand) -> set[str]:
    """Return the words one of which a command takes first; none where it does one thing."""
    parser = command.create_parser("cortex", "command")
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            return set(action.choices)
        if not action.option_strings and action.choices is not None:
            return set(map(str, action.choices))
    return set()


def our_tasks() -> dict[str, Any]:
    """Return every task of ours; Celery's own wait for other tasks."""
    current_app.loader.import_default_modules()
    return {name: task for name, task in current_app.tasks.items() if name.startswith(OURS)}


def doors() -> Iterator[tuple[str, Mapping[str, Asking] | None]]:
    """Yield (name, what it declares) of everything that no address leads to."""
    for name, command in our_commands().items():
        yield f"command {name}", asking_of(type(command))
    for name, task in our_tasks().items():
        yield f"task {name}", asking_of(task)
    for subscriber in all_subscribers():
        yield f"subscriber {subscriber.name}", asking_of(subscriber.effect)
    for page in admin.site._registry.values():
        if not isinstance(page, ReadOnlyModelAdmin) or page.policy_action is None:
            yield f"admin {type(page).__name__}", asking_of(type(page))


def named_actions() -> Iterator[tuple[str, str]]:
    """Yield (door, action) for every action that is named by a door."""
    for name, verbs in doors():
        for asking in (verbs or {}).values():
            yield from ((name, action) for action in asking.actions)
    yield from ((f"job {kind.name}", kind.action) for kind in all_kinds())
    for page in admin.site._registry.values():
        action = getattr(page, "policy_action", None)
        if action is not None:
            yield f"admin {type(page).__name__}", action
        if isinstance(page, VerbsModelAdmin):
            for verb in (*page.row_verbs, *page.list_verbs, *getattr(page, "platform_verbs", ())):
                yield f"admin {type(page).__name__} {verb.name}", verb.action


def undeclared(found: Iterator[tuple[str, Mapping[str, Asking] | None]]) -> list[str]:
    """Return the doors that declare neither an action nor why they need none."""
    return [
        name
        for name, verbs in found
        if not verbs or not all(each.actions or each.reason for each in verbs.values())
    ]


def asking_nothing(found: Iterator[tuple[str, Mapping[str, Asking] | None]]) -> set[str]:
    """Return the doors, with the verb where a command has several, that declare to ask for no action."""
    return {
        name if verb == ANY_VERB else f"{name} {verb}"
        for name, verbs in found
        for verb, asking in (verbs or {}).items()
        if not asking.actions
    }


class TestEveryDoor:
    def test_that_asks_for_nothing_stands_in_the_list(self) -> None:
        """Compared for equality: a reason is easily written, and a name that is gone would let in another."""
        assert asking_nothing(doors()) == MAY_ASK_NOTHING

    def test_says_what_it_asks_for_or_why_it_asks_for_nothing(self) -> None:
        assert undeclared(doors()) == []

    def test_names_actions_that_exist(self) -> None:
        assert [each for each in named_actions() if find_action(each[1]) is None] == []

    def test_is_found(self) -> None:
        """The walks above would say nothing of what they do not find."""
        kinds = {name.split()[0] for name, _verbs in doors()}
        assert kinds == {"command", "task", "subscriber", "admin"}
        assert {"accounting.import_journal", "audit.renew_keys"} == {kind.name for kind in all_kinds()}
        assert len(our_commands()) > 30
        assert len(our_tasks()) > 15


class TestCommandWithVerbs:
    def test_says_so_for_each_of_them(self) -> None:
        differing = [
            name
            for name, command in our_commands().items()
            if set(asking_of(type(command)) or {}) not in ({ANY_VERB}, verbs_of(command))
        ]
        assert differing == []


class TestSilentDoor:
    def test_is_found(self) -> None:
        class Silent(BaseCommand):
            pass

        class Heir(type(our_commands()["close_period"])):  # type: ignore[misc]
            pass

        found = [("silent", asking_of(Silent)), ("heir", asking_of(Heir))]
        assert undeclared(iter(found)) == ["silent", "heir"]

    def test_is_found_where_it_names_nothing_and_gives_no_reason(self) -> None:
        def task() -> None:
            pass

        found = [("no reason", asking_of(asks_nothing("")(task))), ("verb", asking_of(asks(list=of())(task)))]
        assert undeclared(iter(found)) == ["no reason", "verb"]

    def test_is_found_whatever_reason_it_gives(self) -> None:
        def task() -> None:
            pass

        def other() -> None:
            pass

        found = [
            ("task a", asking_of(asks_nothing("some words")(task))),
            ("command b", asking_of(asks(list=nothing("others"), change=of("jobs.job.cancel"))(other))),
        ]
        assert asking_nothing(iter(found)) == {"task a", "command b list"}
