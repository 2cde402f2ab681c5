# SPDX-License-Identifier: Apache-2.0
"""An event on the wire: CloudEvents 1.0 in structured JSON mode."""

from datetime import datetime
from uuid import UUID

import orjson
from opentelemetry import trace

from cortex.events.cause import current_cause
from cortex.ports.event_bus import Event

SPEC_VERSION = "1.0"
CONTENT_TYPE = "application/json"


def envelope(
    *,
    event: Event,
    event_id: UUID,
    company_id: UUID,
    at: datetime,
    traceparent: str | None,
    dataschema: str,
) -> bytes:
    """Return the envelope's JSON.

    Source: CloudEvents 1.0.2 section 3; extension `traceparent` of its distributed tracing document.
    `companyid` is an extension of ours: a subscriber binds its scope before it reads the data.
    """
    content = {
        "specversion": SPEC_VERSION,
        "id": event_id,
        "source": f"/companies/{company_id}",
        "type": event.event_type,
        "subject": f"{event.aggregate_type}/{event.aggregate_id}",
        "time": at,
        "datacontenttype": CONTENT_TYPE,
        # Like `source`, relative to this installation.
        "dataschema": dataschema,
        "companyid": company_id,
        "data": event.model_dump(),
    }
    if traceparent:
        content["traceparent"] = traceparent
    if (cause := current_cause()) is not None:
        content |= cause.extensions
    return orjson.dumps(content, option=orjson.OPT_UTC_Z, default=str)


def current_traceparent() -> str | None:
    """Return the W3C traceparent of the active span, or None outside one.

    Source: W3C Trace Context level 1, section 3.2: version 00, trace id, parent id, flags.
    """
    context = trace.get_current_span().get_span_context()
    if not context.is_valid:
        return None
    return f"00-{context.trace_id:032x}-{context.span_id:016x}-{context.trace_flags:02x}"
