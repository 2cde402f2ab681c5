# SPDX-License-Identifier: Apache-2.0
"""What legal holds cover: asked by rooms that delete by themselves what belongs to no single company."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class HeldNow:
    """Companies that are held as a whole, and the ids that any hold names, such as a person's."""

    companies: frozenset[UUID]
    subjects: frozenset[UUID]


class LegalHolds(Protocol):
    """Tells what is held, and lets no hold come in between."""

    def in_force(self) -> AbstractContextManager[HeldNow]:
        """Yield what is held in all companies; until the block ends no other hold comes into force.

        Keep the block short, and commit inside it what is deleted by its answer.
        Raises: DatabaseMustBeReachable.
        """
        ...
