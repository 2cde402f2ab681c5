# SPDX-License-Identifier: Apache-2.0
"""What else ends when somebody is a member no longer: rooms say what is theirs, the room of people calls."""

from typing import Protocol
from uuid import UUID

from cortex.ports.principal import Principal


class Ends(Protocol):
    """How a room ends what it gave to a member."""

    def __call__(self, *, company_id: UUID, user_id: UUID, ended_by: Principal) -> object:
        """End it in the running transaction and the company's scope; the verb was asked for already."""
        ...


_ends: dict[str, Ends] = {}


def ends_with_membership(*, room: str, end: Ends) -> None:
    """Register what ends with a membership; call it in `AppConfig.ready`."""
    _ends[room] = end


def end_all(*, company_id: UUID, user_id: UUID, ended_by: Principal) -> None:
    """End all that rooms gave to this member."""
    for room in sorted(_ends):
        _ends[room](company_id=company_id, user_id=user_id, ended_by=ended_by)
