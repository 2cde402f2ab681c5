# SPDX-License-Identifier: Apache-2.0
"""Why something about a person is erased or held."""

from apps.audit.domain.privacy.errors import ReasonMustBeGiven

CHARACTERS_MAX = 500


def checked_reason(text: str) -> str:
    """Return the reason without blanks around it; raises ReasonMustBeGiven."""
    reason = text.strip()
    if not 1 <= len(reason) <= CHARACTERS_MAX:
        raise ReasonMustBeGiven(
            f"Reason: expected 1 to {CHARACTERS_MAX} characters, got {len(reason)}. Say on which request or "
            "duty it stands, and name nobody.",
            evidence={"object": "reason", "expected": f"1 to {CHARACTERS_MAX}", "got": len(reason)},
        )
    return reason
