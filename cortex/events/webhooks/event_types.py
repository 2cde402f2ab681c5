# SPDX-License-Identifier: Apache-2.0
"""How an endpoint names the types of events that it asks for, whichever door it comes through."""

import re
from collections.abc import Iterable

from cortex.errors import CortexError

# `*`, or context, names and version. Types of later releases may be asked for, so none is looked up.
EVENT_TYPE = r"\A(\*|[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+\.v[1-9][0-9]{0,3})\Z"
EVENT_TYPE_LENGTH_MAX = 150


class EventTypeMustBeWellFormed(CortexError):
    """No event could ever have this type: the endpoint would wait for it in vain."""

    code = "events.event_type_must_be_well_formed"


def require_event_types(event_types: Iterable[str]) -> None:
    """Refuse what names no type; raises EventTypeMustBeWellFormed."""
    for event_type in event_types:
        if len(event_type) > EVENT_TYPE_LENGTH_MAX or not re.fullmatch(EVENT_TYPE, event_type):
            expected = "* or a type such as accounting.journal_entry.posted.v1"
            raise EventTypeMustBeWellFormed(
                f"Event type {event_type[:EVENT_TYPE_LENGTH_MAX]}: expected {expected}.",
                evidence={
                    "object": "event type",
                    "expected": expected,
                    "got": event_type[:EVENT_TYPE_LENGTH_MAX],
                },
            )
