# SPDX-License-Identifier: Apache-2.0
"""Why somebody stops something: one line that others read."""

from apps.plugins.domain.lifecycle_errors import ReasonMustBeGiven
from apps.plugins.domain.shown_text import hidden_character

REASON_MAX = 500


def read_reason(untrusted_reason: str) -> str:
    """Return the reason without spaces around it; raises ReasonMustBeGiven."""
    reason = untrusted_reason.strip()
    if not 1 <= len(reason) <= REASON_MAX or hidden_character(reason):
        raise ReasonMustBeGiven(
            f"Reason: expected one line of 1 to {REASON_MAX} characters that can be seen, got {len(reason)}.",
            evidence={"object": "reason", "expected": REASON_MAX, "got": len(reason)},
        )
    return reason
