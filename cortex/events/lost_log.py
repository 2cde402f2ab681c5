# SPDX-License-Identifier: Apache-2.0
"""A bus that lost its log – a broker without its disk, another cluster – loses no event and no order.

A log has a name that its bus gave it when it was made. The relay hands events only to the log it knows.
Where the bus shows another name, or none, whatever was handed over lately and had no effect yet is put on
hold, straight from the outbox, before the first event goes to the new log: later events of an aggregate
wait behind it as they do behind a failed delivery. Nobody relays meanwhile, since every lane is leased.
"""

from contextlib import ExitStack
from datetime import timedelta
from uuid import UUID

import structlog

from cortex.database.service_role import service_transaction
from cortex.database.transactions import transactional
from cortex.events.bus import Bus
from cortex.events.holding import hold_events
from cortex.events.lanes import EVERY_LANE
from cortex.events.leases import Lease, claim_lease, keep_lease, release_lease, require_held
from cortex.events.subscribers import Subscriber, all_subscribers
from cortex.tenancy import scope
from cortex.tenancy.companies import all_company_ids

# What is older and still on its way had a week; `cortex events replay` reaches further back.
LOOK_BACK = timedelta(days=7)
_NAME = "relay:log"
_log = structlog.get_logger(__name__)
# What no relay has handed over yet is still to come.
_LOST = """
event.recorded_at >= clock_timestamp() - %s
AND NOT EXISTS (SELECT FROM events_unsent_event unsent
                 WHERE unsent.company_id = event.company_id AND unsent.event_id = event.id)
"""


def bus_has_its_log(*, bus: Bus) -> bool:
    """Return whether the bus holds the log that the relay knows; raises BusMustBeReachable."""
    with service_transaction() as cursor:
        cursor.execute("SELECT log_id FROM events_bus_log")
        row = cursor.fetchone()
    return row is not None and row[0] == bus.log_id()


def make_up_for_lost_log(*, bus: Bus) -> bool:
    """Put on hold what the bus lost, give it a log and know it; return False while others relay.

    It may be killed at any place and begun again.
    Raises: BusMustBeReachable, DatabaseMustBeReachable, LeaseMustBeHeld.
    """
    with ExitStack() as stack:
        leases = []
        for name in (_NAME, *(f"relay:{lane}" for lane in EVERY_LANE)):
            lease = claim_lease(name=name)
            if lease is None:
                return False
            stack.callback(release_lease, lease)
            leases.append(lease)
        if bus_has_its_log(bus=bus):
            return True
        log_id = bus.create_log()
        held = sum(_hold(company_id, leases) for company_id in all_company_ids())
        _know(log_id, leases[0])
    _log.warning("bus_log_made", log_id=log_id, deliveries_on_hold=held)
    return True


def _hold(company_id: UUID, leases: list[Lease]) -> int:
    for lease in leases:
        keep_lease(lease)
    with scope([company_id]):
        return sum(_hold_for(subscriber, company_id) for subscriber in all_subscribers())


@transactional
def _hold_for(subscriber: Subscriber, company_id: UUID) -> int:
    return hold_events(company_id=company_id, subscriber=subscriber, span=_LOST, parameters=[LOOK_BACK])


def _know(log_id: str, lease: Lease) -> None:
    with service_transaction() as cursor:
        require_held(cursor=cursor, lease=lease)
        cursor.execute(
            "INSERT INTO events_bus_log (log_id) VALUES (%s) ON CONFLICT (place)"
            " DO UPDATE SET log_id = EXCLUDED.log_id, noted_at = clock_timestamp()",
            [log_id],
        )
