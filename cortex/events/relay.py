# SPDX-License-Identifier: Apache-2.0
"""Hand committed events from the outbox to the bus: at least once, each aggregate in order.

A relay works lane by lane under a lease, so two live ones never claim the same row. A relay that is
killed between the bus's confirmation and its own note leaves rows that the next one sends again, from the
same first row on: the first copy of each event still arrives in order, and the inbox drops the others.
"""

import random
import time

from cortex.database.service_role import service_transaction
from cortex.events.bus import Bus, Message
from cortex.events.leases import Lease, claim_lease, keep_lease, release_lease, require_held
from cortex.events.lost_log import bus_has_its_log, make_up_for_lost_log

ROWS_PER_READING = 500


def relay(*, bus: Bus, seconds: float = 10.0) -> list[int]:
    """Send what is waiting until nothing is, or the time is over; return the lanes that got something.

    A bus without the log that the relay knows gets nothing before the outbox has made up for its loss.
    Raises: BusMustBeReachable, DatabaseMustBeReachable, LeaseMustBeHeld.
    """
    deadline, served = time.monotonic() + seconds, []
    if not bus_has_its_log(bus=bus) and not make_up_for_lost_log(bus=bus):
        return []
    lanes = _waiting_lanes()
    # Two relays that begin at different lanes get less into each other's way.
    random.shuffle(lanes)
    for lane in lanes:
        lease = claim_lease(name=f"relay:{lane}")
        if lease is None:
            continue
        try:
            if _send_lane(bus, lane, lease, deadline):
                served.append(lane)
        finally:
            release_lease(lease)
    return served


def waiting_events() -> int:
    """Return how many events no relay has handed over yet."""
    with service_transaction() as cursor:
        cursor.execute("SELECT count(*) FROM events_unsent_event")
        return int(cursor.fetchone()[0])


def _waiting_lanes() -> list[int]:
    with service_transaction() as cursor:
        cursor.execute("SELECT DISTINCT lane FROM events_unsent_event")
        return [row[0] for row in cursor.fetchall()]


def _send_lane(bus: Bus, lane: int, lease: Lease, deadline: float) -> int:
    count = 0
    while time.monotonic() < deadline and (rows := _waiting_rows(lane)):
        keep_lease(lease)
        bus.append(messages=[Message(lane, str(key), bytes(envelope)) for _, key, envelope in rows])
        _note_as_sent(lane, [position for position, _, _ in rows], lease)
        count += len(rows)
    return count


def _waiting_rows(lane: int) -> list[tuple[int, object, bytes]]:
    with service_transaction() as cursor:
        cursor.execute(
            "SELECT unsent.position, event.aggregate_id, event.envelope FROM events_unsent_event unsent"
            " JOIN events_outbox_event event ON event.company_id = unsent.company_id"
            " AND event.id = unsent.event_id WHERE unsent.lane = %s ORDER BY unsent.position LIMIT %s",
            [lane, ROWS_PER_READING],
        )
        return list(cursor.fetchall())


def _note_as_sent(lane: int, positions: list[int], lease: Lease) -> None:
    with service_transaction() as cursor:
        require_held(cursor=cursor, lease=lease)
        cursor.execute(
            "DELETE FROM events_unsent_event WHERE lane = %s AND position = ANY (%s)", [lane, positions]
        )
