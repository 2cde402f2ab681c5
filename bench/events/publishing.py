# SPDX-License-Identifier: Apache-2.0
"""Events that are measured: numbered, spread over aggregates, published in the business transaction."""

from collections.abc import Sequence
from typing import ClassVar
from uuid import UUID

from cortex.database.transactions import transactional
from cortex.ids import uuid7
from cortex.ports.event_bus import Event, EventBus
from cortex.ports.registry import get
from cortex.schemas.event_registration import register_events
from cortex.tenancy import scope

# Whose databases know the event already: to find out must not be measured with each publishing.
_registered_for: set[UUID] = set()
AGGREGATES = [uuid7() for _ in range(200)]


class Measured(Event):
    """Something happened, and its number says which."""

    event_type: ClassVar[str] = "bench.thing.measured.v1"
    aggregate_type: ClassVar[str] = "bench.thing"

    number: int


def publish(*, company_id: UUID, numbers: Sequence[int]) -> None:
    """Publish events of these numbers in one transaction."""

    @transactional
    def verb() -> None:
        events = [
            Measured(aggregate_id=AGGREGATES[number % len(AGGREGATES)], number=number) for number in numbers
        ]
        get(EventBus).publish(company_id=company_id, events=events)

    if company_id not in _registered_for:
        register_events(classes=[Measured])
        _registered_for.add(company_id)
    with scope([company_id]):
        verb()
