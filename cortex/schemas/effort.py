# SPDX-License-Identifier: Apache-2.0
"""What the comparisons of one request may cost together: a transitive mode makes them hundreds."""

from dataclasses import dataclass, field

STEPS_MAX = 100_000
# A step of a comparison takes as long as reading so much of a schema.
BYTES_PER_STEP = 64


class EffortIsSpent(Exception):
    """The request has compared as much as it may."""

    def __init__(self) -> None:
        super().__init__("/: schema: it is too intricate to be compared with so many versions")


@dataclass
class Effort:
    """The steps that are left."""

    left: int = field(default_factory=lambda: STEPS_MAX)

    @property
    def is_spent(self) -> bool:
        """Tell whether nothing more will be compared."""
        return self.left < 0

    def spend(self, *, steps: int = 1) -> None:
        """Count these steps; raises EffortIsSpent."""
        self.left -= steps
        if self.is_spent:
            raise EffortIsSpent

    def read(self, *, size: int) -> None:
        """Count the reading of so many bytes; raises EffortIsSpent."""
        self.spend(steps=size // BYTES_PER_STEP)
