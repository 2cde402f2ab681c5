# SPDX-License-Identifier: Apache-2.0
"""Events as contexts see them: published into the outbox inside the business transaction."""

from collections.abc import Sequence
from typing import ClassVar, Protocol
from uuid import UUID

from pydantic import BaseModel, ConfigDict


class Event(BaseModel):
    """A fact in the past tense, such as `accounting.journal_entry.posted.v1`.

    Subclasses live in a context's `published` and set the two class attributes. The order of events
    is kept per `aggregate_id`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    event_type: ClassVar[str]
    aggregate_type: ClassVar[str]

    aggregate_id: UUID


class EventBus(Protocol):
    """Publishes at the commit of the running transaction, or not at all."""

    def publish(self, *, company_id: UUID, events: Sequence[Event]) -> None:
        """Write the events to the outbox of this transaction, in order."""
        ...
