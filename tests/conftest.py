# SPDX-License-Identifier: Apache-2.0
"""The frame of all tests: the database, the closed network, and files that others wrote."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker

from cortex.database.provision import provision
from tests.frame import clones, network
from tests.frame.aliases import connected_to
from tests.frame.measuring import MEASURING, measured_once, programs_as_before
from tests.frame.server import PASSWORDS, ConfiguredServer, server
from tests.frame.template import template

ROOT = Path(__file__).parents[1]
SHARED_CASES = ROOT.parent / "shared" / "cases"
DEMO_TODAY = date(2026, 6, 30)
FLUSHING_FIXTURES = {"transactional_db", "live_server", "django_db_reset_sequences"}


def pytest_configure() -> None:
    """Close the network before anything is imported that could use it."""
    network.close_network()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse tests that Django would clean up by TRUNCATE, which the ledger's triggers refuse."""
    flushing = [item.nodeid for item in items if _would_flush(item)]
    if flushing:
        raise pytest.UsageError(
            f"{', '.join(flushing)}: expected the fixture `committed_database`, got a test that Django "
            "cleans up by TRUNCATE, which posted rows refuse."
        )


def _would_flush(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("django_db")
    asked = bool(marker and (marker.kwargs.get("transaction") or marker.args[:1] == (True,)))
    return asked or bool(FLUSHING_FIXTURES & set(getattr(item, "fixturenames", ())))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Iterator[None]:
    """Set a test up without measuring what was measured in its file before."""
    with measured_once(item):
        yield


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Leave started programs measured or not, as before: the marker `no_cover` would have them measured."""
    with programs_as_before():
        yield


@pytest.fixture(scope="session", autouse=True)
def measuring() -> str | None:
    """Leave started programs unmeasured, and return what would have them measured, if coverage is."""
    return os.environ.pop(MEASURING, None)


@pytest.fixture(scope="module")
def measured_programs(measuring: str | None) -> Iterator[None]:
    """Measure the programs that a module starts: for those that are about programs and their starts."""
    with pytest.MonkeyPatch.context() as patched:
        if measuring is not None:
            patched.setenv(MEASURING, measuring)
        yield


@pytest.fixture(scope="session")
def database_template(django_test_environment: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """Return the name of the migrated database that clones are made of."""
    with django_db_blocker.unblock(), template(server()) as name:
        if not isinstance(server(), ConfiguredServer):
            clones.sweep_abandoned(server())
        yield name


@pytest.fixture(scope="session")
def django_db_setup(database_template: str, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Give this worker a clone; `django_db` tests run there in a transaction that is rolled back."""
    with ExitStack() as stack:
        with django_db_blocker.unblock():
            own = stack.enter_context(clones.clone(server(), template=database_template))
            # Of the roles, which belong to the whole server, an earlier session may have left anything.
            provision(server().admin_dsn("postgres"), database=own.name, passwords=PASSWORDS)
            clones.refuse_powerful_session()
        yield
        stack.enter_context(django_db_blocker.unblock())


@pytest.fixture
def committed_database(
    django_db_setup: None, database_template: str, django_db_blocker: DjangoDbBlocker
) -> Iterator[clones.Clone]:
    """Give this test a database of its own in which commits are real, for threads, races and crashes."""
    with django_db_blocker.unblock(), clones.clone(server(), template=database_template) as own:
        yield own


@pytest.fixture(autouse=True)
def policies_of_the_program(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the program's own policies be in force, until a test puts others in force and says `look_again`.

    Nobody looks by the clock: it would count as a query of whatever runs just then. What one test put in
    force is forgotten around it, with its text: in the next database the same number is another version.
    """
    from cortex.policy import active

    monkeypatch.setattr(active, "SECONDS_BETWEEN_LOOKS", float("inf"))
    active.ACTIVE.look_again()
    active.ACTIVE.settle(number=0)
    yield
    active.ACTIVE.look_again()


@pytest.fixture(autouse=True)
def keys_that_were_used_in_this_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no use of a key be the first in its hour, which would leave a leaf more in whichever test it is."""
    from cortex.secrets.key_uses import USES

    monkeypatch.setattr(USES, "_owe", lambda _kind: None)
    monkeypatch.setattr(USES, "_count", lambda _kind: None)


@pytest.fixture(scope="session")
def demo_template(
    django_db_setup: None, database_template: str, django_db_blocker: DjangoDbBlocker
) -> Iterator[str]:
    """Return the name of a database with the demo company in it, made once for this worker."""
    from apps.accounting.services.create_demo_company import create_demo_company
    from cortex.identity.models import User
    from cortex.ports.principal import Principal

    with django_db_blocker.unblock(), clones.copy(server(), template=database_template) as name:
        with connected_to(server(), database=name):
            create_demo_company(today=DEMO_TODAY, created_by=Principal.service("console"))
            # In tests Alice administers the platform as well: her sessions hold two factors.
            User.objects.filter(username="alice").update(is_superuser=True, is_staff=True)
        yield name


@pytest.fixture
def demo_database(demo_template: str, django_db_blocker: DjangoDbBlocker) -> Iterator[clones.Clone]:
    """Give this test the demo company and its people in a database of its own; commits are real."""
    with django_db_blocker.unblock(), clones.clone(server(), template=demo_template) as own:
        yield own


@pytest.fixture(scope="session")
def shared_cases() -> Callable[[str], Path]:
    """Return the finder of others' files: without the folder tests are skipped, without a file they fail."""

    def find(name: str) -> Path:
        if not SHARED_CASES.is_dir():
            pytest.skip("the folder of shared cases is not on this machine")
        path = SHARED_CASES / name
        assert path.exists(), f"{name}: expected among the shared cases, got nothing"
        return path

    return find
