# SPDX-License-Identifier: Apache-2.0
"""An event as a subscriber gets it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson


@dataclass(frozen=True, slots=True)
class ReceivedEvent:
    """The content of one CloudEvents envelope; `envelope` is its exact JSON, as published."""

    id: UUID
    company_id: UUID
    event_type: str
    aggregate_type: str
    aggregate_id: UUID
    published_at: datetime
    data: Mapping[str, Any]
    envelope: bytes


def read_envelope(envelope: bytes) -> ReceivedEvent:
    """Return what the envelope says; raises ValueError or KeyError where it is not one of ours."""
    content = orjson.loads(envelope)
    aggregate_type, _, aggregate_id = content["subject"].partition("/")
    return ReceivedEvent(
        id=UUID(content["id"]),
        company_id=UUID(content["companyid"]),
        event_type=content["type"],
        aggregate_type=aggregate_type,
        aggregate_id=UUID(aggregate_id),
        published_at=datetime.fromisoformat(content["time"]),
        data=content["data"],
        envelope=envelope,
    )
