# SPDX-License-Identifier: Apache-2.0
"""Why policies cannot be used."""

from cortex.errors import CortexError


class PoliciesMustBeReadable(CortexError):
    """A text is not one of policies, or a policy lacks what a person needs to read it."""

    code = "policy.policies_must_be_readable"


class PoliciesMustBeValid(CortexError):
    """A policy speaks of an action, a type or an attribute that does not exist."""

    code = "policy.policies_must_be_valid"


def policies_must_be_readable(reason: str) -> PoliciesMustBeReadable:
    """Return the error that says what cannot be read."""
    return PoliciesMustBeReadable(
        f"Policies: expected readable ones, got: {reason}. Mend the text.",
        evidence={"object": "policies", "got": reason, "remedy": "mend the text"},
    )
