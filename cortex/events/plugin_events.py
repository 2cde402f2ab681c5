# SPDX-License-Identifier: Apache-2.0
"""Events of plugins: their types are their own, so that no class and no registered schema stands for them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from django.db import transaction

from cortex.database.statements import prepared_cursor
from cortex.database.transactions import in_transaction
from cortex.events.cause import current_cause
from cortex.events.envelope import CONTENT_TYPE, SPEC_VERSION, current_traceparent
from cortex.events.nudge import nudge_relay
from cortex.events.outbox import EventMustShareTheTransaction
from cortex.ids import uuid7
from cortex.ports.clock import Clock
from cortex.ports.registry import get


@dataclass(frozen=True, slots=True)
class PluginEvent:
    """One event below a plugin's own name."""

    event_type: str
    data: Mapping[str, Any]


def publish_of_plugin(*, company_id: UUID, installation_id: UUID, events: Sequence[PluginEvent]) -> None:
    """Write a plugin's events to the outbox of this transaction, in order; their subject is its installation.

    Raises: EventMustShareTheTransaction.
    """
    if not in_transaction():
        raise EventMustShareTheTransaction("Event: expected an open business transaction, got none.")
    if not events:
        return
    written = b",".join(_envelope(company_id, installation_id, event) for event in events)
    with prepared_cursor() as cursor:
        cursor.execute("SELECT events_publish(%s)", [f"[{written.decode()}]"])
    transaction.on_commit(nudge_relay, robust=True)


def _envelope(company_id: UUID, installation_id: UUID, event: PluginEvent) -> bytes:
    cause, traceparent = current_cause(), current_traceparent()
    content = {
        "specversion": SPEC_VERSION,
        "id": uuid7(),
        "source": f"/companies/{company_id}",
        "type": event.event_type,
        "subject": f"plugins.installation/{installation_id}",
        "time": get(Clock).now(),
        "datacontenttype": CONTENT_TYPE,
        "companyid": company_id,
        "data": dict(event.data),
        **({"traceparent": traceparent} if traceparent else {}),
        **(cause.extensions if cause else {}),
    }
    return orjson.dumps(content, option=orjson.OPT_UTC_Z, default=str)
