# SPDX-License-Identifier: Apache-2.0
"""The rows that the subscriber writes, and when it wrote them."""

import time
from collections.abc import Callable

import psycopg

from bench.databases import Place
from cortex.events.subscribers import all_subscribers

_TABLE = """
CREATE TABLE IF NOT EXISTS bench_effect
  (number int NOT NULL, received_at timestamptz NOT NULL DEFAULT clock_timestamp());
GRANT SELECT, INSERT ON bench_effect TO cortex_app;
TRUNCATE bench_effect;
"""
_RECEIVED = """
INSERT INTO events_inbox_entry (company_id, subscriber, event_id)
SELECT event.company_id, name, event.id FROM events_outbox_event event, unnest(%s::text[]) AS name
ON CONFLICT DO NOTHING
"""


class Effects:
    """What the subscriber has written."""

    def __init__(self, place: Place) -> None:
        self._admin = psycopg.connect(place.program_dsn, autocommit=True)
        self._admin.execute(_TABLE)

    def clear(self) -> None:
        """Forget everything."""
        self._admin.execute("TRUNCATE bench_effect")

    def count(self) -> int:
        """Return how many there are."""
        row = self._admin.execute("SELECT count(*) FROM bench_effect").fetchone()
        return int(row[0]) if row else 0

    def received(self) -> dict[int, float]:
        """Return number -> time in seconds of the epoch; a number twice ends the run."""
        rows = self._admin.execute("SELECT number, extract(epoch FROM received_at) FROM bench_effect")
        found = [(int(number), float(at)) for number, at in rows]
        if len(found) != len(dict(found)):
            raise SystemExit("An event had two effects: the figures would be worth nothing.")
        return dict(found)

    def await_count(self, wanted: int, *, seconds: float, meanwhile: Callable[[], object]) -> None:
        """Wait until so many are there, doing `meanwhile` again and again."""
        deadline = time.monotonic() + seconds
        while (count := self.count()) < wanted:
            if time.monotonic() > deadline:
                raise SystemExit(f"Only {count} of {wanted} events reached the subscriber in {seconds} s.")
            meanwhile()

    def settle(self) -> None:
        """Make it as if every subscriber had received everything long ago.

        Otherwise the next backend, whose log is another, would first have to make up for what others left.
        """
        self._admin.execute("TRUNCATE events_unsent_event, events_held_delivery")
        self._admin.execute(_RECEIVED, [[subscriber.name for subscriber in all_subscribers()]])

    def forget_unsent(self) -> None:
        """Take everything off the relay's work list: no relay is to send it."""
        self._admin.execute("TRUNCATE events_unsent_event")

    def held(self) -> int:
        """Return how many deliveries are on hold."""
        row = self._admin.execute("SELECT count(*) FROM events_held_delivery").fetchone()
        return int(row[0]) if row else 0
