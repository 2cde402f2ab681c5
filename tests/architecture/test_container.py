# SPDX-License-Identifier: Apache-2.0
"""Adapters are wired in one place and reached through ports; requests, tasks and commands have scopes."""

import ast
from collections.abc import Iterator

import pytest
from celery.signals import task_postrun, task_prerun
from django.conf import settings
from django.core.management import get_commands, load_command_class

from cortex.container.commands import ScopedCommand
from cortex.container.providers.registry import providers
from cortex.ports.registry import registrations
from tests.architecture.sources import PACKAGES, modules

# They run before there is a container, or start what runs before it.
BEFORE_THE_CONTAINER = (
    "cortex/boot/",
    "cortex/embedded/",
    "cortex/pki/console/",
    "cortex/secrets/console.py",
    "settings/",
)
SHELLS = {
    *("admin", "api", "books", "commands", "selectors", "services", "views"),
    *("subscribers.py", "tasks.py", "views.py"),
}


def adapters() -> set[str]:
    """Return the modules of everything that stands behind a port; a class that is its own port is none."""
    bound = {
        (each.make or type(each.adapter)).__module__ for each in registrations() if each.make != each.port
    }
    return bound | {each.provider.adapter.__module__ for each in providers.all()}


def imported(tree: ast.Module) -> Iterator[str]:
    """Yield the name of every module that may be imported, wherever the statement stands."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{name.name}" for name in node.names)


def may_import(path: str, adapter: str) -> bool:
    """Tell whether this module may know this adapter: the wiring may, and makers of the same room."""
    parts = path.split("/")
    if parts[-1] == "apps.py" or path.startswith(BEFORE_THE_CONTAINER):
        return True
    return parts[:2] == adapter.split(".")[:2] and not SHELLS & set(parts)


def sinners(tree: ast.Module, *, path: str) -> list[str]:
    """Return the adapters that this module imports and must not know."""
    return sorted(name for name in adapters() & set(imported(tree)) if not may_import(path, name))


class TestAdapters:
    def test_are_found_behind_guards_too(self) -> None:
        expected = {
            "cortex.clock",
            "cortex.events.outbox",
            "cortex.policy.authorizer",
            "cortex.storage.database_storage",
        }
        assert expected - adapters() == set()

    def test_are_known_to_nobody_but_the_wiring(self) -> None:
        found = {path: sinners(tree, path=path) for path, tree in modules().items()}
        assert {path: names for path, names in found.items() if names} == {}

    @pytest.mark.parametrize(
        ("path", "source"),
        [
            ("apps/accounting/services/post.py", "from cortex.events.outbox import OutboxEventBus"),
            ("apps/accounting/books/pages/home.py", "from cortex import clock"),
            ("cortex/events/tasks.py", "from cortex.events.outbox import OutboxEventBus"),
            ("cortex/events/relay.py", "import cortex.clock"),
        ],
    )
    def test_would_be_found(self, path: str, source: str) -> None:
        assert sinners(ast.parse(source), path=path) != []

    @pytest.mark.parametrize(
        ("path", "source"),
        [
            ("cortex/container/apps.py", "from cortex.clock import SystemClock"),
            ("cortex/boot/log_header.py", "from cortex import clock"),
            ("apps/accounting/services/post.py", "from cortex.ports.clock import Clock"),
        ],
    )
    def test_may_be_known_where_they_are_wired(self, path: str, source: str) -> None:
        assert sinners(ast.parse(source), path=path) == []


class TestScopes:
    def test_of_requests_are_around_everything_else(self) -> None:
        assert settings.MIDDLEWARE[0] == "cortex.container.middleware.ScopeMiddleware"

    def test_of_commands_are_around_every_command_of_ours(self) -> None:
        ours = [name for name, app in get_commands().items() if str(app).startswith(PACKAGES)]
        without = [
            name
            for name in ours
            if not isinstance(load_command_class(get_commands()[name], name), ScopedCommand)
        ]
        assert without == [], "derive them from cortex.container.commands.ScopedCommand"

    @pytest.mark.parametrize("signal", [task_prerun, task_postrun], ids=["prerun", "postrun"])
    def test_of_tasks_are_told_by_celery(self, signal) -> None:  # type: ignore[no-untyped-def]
        listeners = [str(key[0]) for key, _receiver in signal.receivers]
        assert [name for name in listeners if "cortex.container" in name] != []

    def test_are_built_of_what_every_other_application_has_bound(self) -> None:
        assert settings.INSTALLED_APPS[-1] == "cortex.container"
