# SPDX-License-Identifier: Apache-2.0
"""What other rooms must know of programs: whether one may still act, and the end of what a person allows."""

from enum import Enum
from typing import Protocol
from uuid import UUID

from cortex.ports.principal import Principal


class Ended(Enum):
    """Why a program does nothing today that it asked for some time ago."""

    SWITCHED_OFF = "it is switched off, or gone"
    CONSENT = "the person behind it lets it act in their name no more"


class Programs(Protocol):
    """The programs that call us."""

    def of_today(self, *, program: Principal) -> Principal | Ended:
        """Return a client that acted before with no more scopes than its terms hold today.

        Where it acts for a person, with no more than their yes to it holds. It has to show what its terms
        ask for now.
        """
        ...

    def end_all_of(self, *, user_id: UUID, ended_by: Principal) -> int:
        """Take back whatever this person allows programs, and return how many they allowed something.

        The verb that asks for it has asked the policies already.
        """
        ...
