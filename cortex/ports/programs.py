# SPDX-License-Identifier: Apache-2.0
"""What other rooms must know of programs: whether one may still act, and the end of what a person allows."""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from cortex.ports.principal import Principal


@dataclass(frozen=True, slots=True)
class ProgramTerms:
    """What a program may ask for today, and the SPIFFE id that it has to show, if it has to."""

    scopes: frozenset[str]
    bound_to: str | None


class Programs(Protocol):
    """The programs that call us."""

    def terms_of(self, *, client_id: str) -> ProgramTerms | None:
        """Return the terms of a program, or None for one that is switched off or gone."""
        ...

    def scopes_allowed_by(self, *, user_id: UUID, client_id: str) -> frozenset[str] | None:
        """Return what this person lets the program do in their name today, or None where they do not."""
        ...

    def end_all_of(self, *, user_id: UUID, ended_by: Principal) -> int:
        """Take back whatever this person allows programs, and return how many they allowed something.

        The verb that asks for it has asked the policies already.
        """
        ...
