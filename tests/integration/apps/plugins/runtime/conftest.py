# SPDX-License-Identifier: Apache-2.0
"""Books with people, and a plugin that is installed in them."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pytest_django import DjangoDbBlocker

from apps.plugins.models import PluginRun
from apps.plugins.services.ask_validators import VALIDATORS
from cortex.database.transactions import transactional
from cortex.identity.models import User
from tests.factories.books import Books, open_books
from tests.factories.installed import Installed, add_worker, code_from, install
from tests.factories.people import let_in, person
from tests.frame import clones
from tests.frame.aliases import connected_to
from tests.frame.server import server


@dataclass(frozen=True)
class Scene:
    """Alice, controller of the books, installed the worker; Carl is a controller too, Vera only looks."""

    books: Books
    alice: User
    carl: User
    vera: User
    plugin: Installed

    def change_run(self, **values: Any) -> None:
        with self.books.entered():
            transactional(lambda: PluginRun.objects.update(**values))()


@pytest.fixture(scope="module")
def installed_template(
    django_db_setup: None, database_template: str, django_db_blocker: DjangoDbBlocker, components: Path
) -> Iterator[tuple[str, Scene]]:
    """A database with the scene in it, made once for each module."""
    with django_db_blocker.unblock(), clones.copy(server(), template=database_template) as name:
        with connected_to(server(), database=name):
            books = open_books()
            people = []
            for who, role in (("alice", "controller"), ("carl", "controller"), ("vera", "viewer")):
                people.append(person(who))
                let_in(company_id=books.company_id, user_id=people[-1].id, roles=[role])
            plugin = install(add_worker(components), company_id=books.company_id, user_id=people[0].id)
        yield name, Scene(books, *people, plugin)


@pytest.fixture
def scene(
    installed_template: tuple[str, Scene], django_db_blocker: DjangoDbBlocker, components: Path
) -> Iterator[Scene]:
    """The scene in a database of this test's own, where commits are real."""
    name, scene = installed_template
    VALIDATORS.forget()
    with django_db_blocker.unblock(), clones.clone(server(), template=name), code_from(components):
        yield scene
