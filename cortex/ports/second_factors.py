# SPDX-License-Identifier: Apache-2.0
"""Whether somebody who must have a second factor has one: asked where programs act for people."""

from typing import Protocol
from uuid import UUID

from cortex.errors import CortexError


class SecondFactorMustBeAdded(CortexError):
    """A role of the person asks for a second factor, and there is none."""

    code = "identity.second_factor_must_be_added"
    status = 403

    @classmethod
    def asked_of(cls, what: str) -> "SecondFactorMustBeAdded":
        """Return the refusal of a session or of a token."""
        return cls(
            f"{what.capitalize()}: expected a person with a second factor, since a role of theirs asks for "
            "one; got a person without. Sign in to add one: every page leads there.",
            evidence={
                "object": what,
                "expected": "a person with a second factor",
                "got": "a person without one",
                "remedy": "sign in and add a second factor",
            },
        )


class SecondFactorDuty(Protocol):
    """Knows of whom policy asks a second factor."""

    def is_unmet(self, *, user_id: UUID) -> bool:
        """Return whether this person must have a second factor and has none."""
        ...
