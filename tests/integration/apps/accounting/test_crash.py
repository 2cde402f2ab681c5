# SPDX-License-Identifier: Apache-2.0
"""kill -9 of the whole database while people post: what was acknowledged is there, nothing is half there."""

import os
import shutil
import signal
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.core.management import call_command
from pytest_django import DjangoDbBlocker

from apps.accounting.selectors.journal_entries import EntryFilters, list_journal_entries
from apps.accounting.services.post_journal_entries import PostedEntry
from cortex.database import provision as provisioning
from cortex.database.transactions import DatabaseMustBeReachable
from cortex.embedded import cluster, postgres, processes
from tests.factories.books import Books, EntryDraftFactory, open_books
from tests.factories.oracle import check_books
from tests.frame.aliases import connected_to
from tests.frame.server import PASSWORDS
from tests.frame.threads import together

POSTERS = 6
SECONDS_MAX = 60.0


@dataclass
class Shift:
    """What the posters of one run share."""

    books: Books
    acknowledged: dict[str, PostedEntry] = field(default_factory=dict)
    refused: list[DatabaseMustBeReachable] = field(default_factory=list)
    is_over: threading.Event = field(default_factory=threading.Event)

    def post(self, poster: int) -> None:
        """Post one entry after the other, each under its reference, again until it is acknowledged."""
        number = 0
        while not self.is_over.is_set():
            reference = f"P{poster}-{number}"
            try:
                self.acknowledged[reference] = self.books.post(EntryDraftFactory(reference=reference))
                number += 1
            except DatabaseMustBeReachable as refusal:
                self.refused.append(refusal)
                self.is_over.wait(0.02)

    def goes_on(self, *, beyond: int) -> bool:
        """Return whether enough was acknowledged beyond a count."""
        return len(self.acknowledged) >= beyond + 10 * POSTERS


@pytest.fixture
def durable_server(tmp_path: Path) -> Iterator[postgres.PostgresServer]:
    """Start a PostgreSQL of this test's own that writes through to the disk."""
    server = postgres.ensure_running(tmp_path / "state", durable=True)
    yield server
    server.stop()
    for directory in (server.locations.home, server.locations.sockets, server.locations.control):
        shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture
def books(
    durable_server: postgres.PostgresServer, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Books]:
    """Open books on that server."""
    admin_dsn = durable_server.admin_dsn("postgres")
    provisioning.provision(admin_dsn, database="books", passwords=PASSWORDS)
    with django_db_blocker.unblock(), connected_to(durable_server, database="books"):
        call_command("migrate", database="owner", verbosity=0, interactive=False)
        yield open_books()


def kill(server: postgres.PostgresServer) -> None:
    """Kill the postmaster and every process of its: no time to say goodbye or to write anything."""
    postmaster = cluster.postmaster(data=server.data)
    assert postmaster is not None
    children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
    for pid in (postmaster, *map(int, children)):
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue  # It ended by itself in between.


class TestKilledDatabase:
    @pytest.mark.slow
    def test_keeps_what_was_acknowledged_and_takes_postings_again(
        self, books: Books, durable_server: postgres.PostgresServer
    ) -> None:
        shift = Shift(books)

        def kill_twice() -> None:
            try:
                for _ in range(2):
                    before = len(shift.acknowledged)
                    assert processes.wait_until(lambda: shift.goes_on(beyond=before), seconds=SECONDS_MAX)  # noqa: B023
                    kill(durable_server)
                    assert processes.wait_until(lambda: len(shift.refused) > 0, seconds=SECONDS_MAX)
                    postgres.ensure_running(durable_server.locations.base, durable=True)
                before = len(shift.acknowledged)
                assert processes.wait_until(lambda: shift.goes_on(beyond=before), seconds=SECONDS_MAX)
            finally:
                shift.is_over.set()

        together([kill_twice, *(lambda poster=poster: shift.post(poster) for poster in range(POSTERS))])
        self.check(shift)

    def check(self, shift: Shift) -> None:
        with shift.books.entered():
            with pytest.raises(DatabaseMustBeReachable):
                check_books()  # The connection of this thread is from before; the next call gets a new one.
            entries = check_books()
            page = list_journal_entries(
                company_id=shift.books.company_id, reader=None, filters=EntryFilters(), limit=entries
            )
        stored = {entry.reference: (entry.id, entry.number) for entry in page.entries}
        told = {name: (entry.id, entry.number) for name, entry in shift.acknowledged.items()}
        assert {name: stored[name] for name in told} == told
        # An entry whose acknowledgement was cut off may stand there too: at most one for each poster.
        assert len(stored) - len(told) <= POSTERS
        assert {refusal.code for refusal in shift.refused} == {"database.database_must_be_reachable"}
