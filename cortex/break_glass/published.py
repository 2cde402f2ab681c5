# SPDX-License-Identifier: Apache-2.0
"""What happens to emergency access, as events: opaque ids only, the reason is read from the row."""

from datetime import datetime
from typing import ClassVar

from cortex.ports.event_bus import Event

ACCESS = "break_glass.access"


class EmergencyAccessOpened(Event):
    """Somebody may do what the policies allow in an emergency, until an instant."""

    event_type: ClassVar[str] = "break_glass.access.opened.v1"
    aggregate_type: ClassVar[str] = ACCESS

    opened_by: str
    expires_at: datetime


class EmergencyAccessEnded(Event):
    """It is over: by its time, or because somebody ended it."""

    event_type: ClassVar[str] = "break_glass.access.ended.v1"
    aggregate_type: ClassVar[str] = ACCESS

    opened_by: str
    ended_by: str
    ended_at: datetime


class EmergencyAccessReviewed(Event):
    """A second person has looked at what was done."""

    event_type: ClassVar[str] = "break_glass.access.reviewed.v1"
    aggregate_type: ClassVar[str] = ACCESS

    opened_by: str
    reviewed_by: str
