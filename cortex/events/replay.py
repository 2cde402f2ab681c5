# SPDX-License-Identifier: Apache-2.0
"""Deliver what was published in a span of time to one subscriber again, straight from the outbox.

Replayed events take the way of deliveries on hold, so each aggregate stays in order and what happens
meanwhile waits behind them. What had its effect already is left out, unless it is asked for `again`:
then the subscriber must be able to bear the repetition, as a projection that was emptied can.
"""

from datetime import datetime
from uuid import UUID

from cortex.database.transactions import transactional
from cortex.errors import CortexError
from cortex.events.actions import REPLAY
from cortex.events.holding import hold_events
from cortex.events.subscribers import subscriber_named
from cortex.ids import uuid7
from cortex.ports.audit_log import AuditLog, AuditRecord
from cortex.ports.authorizer import Authorizer
from cortex.ports.principal import Principal
from cortex.ports.registry import get

OBJECT_TYPE = "events.replay"
_SPAN = "event.recorded_at >= %s AND event.recorded_at < %s"


class SpanMustNotBeEmpty(CortexError):
    """The span ends before it begins: nothing could have been published in it."""

    code = "events.span_must_not_be_empty"


@transactional
def replay_events(
    *,
    company_id: UUID,
    subscriber: str,
    recorded_from: datetime,
    recorded_until: datetime,
    replayed_by: Principal,
    again: bool = False,
) -> int:
    """Put the events of the span on hold, due now, and return how many; the audit log keeps who asked.

    With `again` those that had their effect as well; what was given up stays so.

    Shapes: recorded_from is inclusive, recorded_until exclusive. Call it inside the company's scope.
    Raises: SubscriberMustExist, SpanMustNotBeEmpty, AccessMustBeGranted.
    """
    get(Authorizer).require(principal=replayed_by, action=REPLAY, company_id=company_id)
    found = subscriber_named(subscriber)
    _require_span(recorded_from, recorded_until)
    count = hold_events(
        company_id=company_id,
        subscriber=found,
        span=_SPAN,
        parameters=[recorded_from, recorded_until],
        again=again,
    )
    details = {
        "subscriber": subscriber,
        "from": recorded_from.isoformat(),
        "to": recorded_until.isoformat(),
        "again": str(again).lower(),
        "count": str(count),
    }
    record = AuditRecord(verb=REPLAY, object_type=OBJECT_TYPE, object_id=uuid7(), details=details)
    get(AuditLog).append(company_id=company_id, actor=replayed_by, records=[record])
    return count


def _require_span(recorded_from: datetime, recorded_until: datetime) -> None:
    if recorded_from >= recorded_until:
        raise SpanMustNotBeEmpty(
            f"Span: expected an end after {recorded_from.isoformat()}, got {recorded_until.isoformat()}.",
            evidence={
                "object": "span",
                "expected": f"an end after {recorded_from.isoformat()}",
                "got": recorded_until.isoformat(),
            },
        )
