# SPDX-License-Identifier: Apache-2.0
"""Texts that people write for others: what is shown is what stands there."""

from apps.plugins.domain.lifecycle_errors import ReasonMustBeGiven
from apps.plugins.domain.shown_text import hidden_character

REASON_MAX = 1_000


def read_reason(untrusted_text: str, *, of: str) -> str:
    """Return the text as it is kept; raises ReasonMustBeGiven."""
    text = untrusted_text.strip().replace("\r\n", "\n")
    if not text or len(text) > REASON_MAX:
        raise _refused(of, f"1 to {REASON_MAX} characters", str(len(text)))
    if found := hidden_character(text, may_have_lines=True):
        raise _refused(of, "text without hidden characters", found)
    return text


def _refused(of: str, expected: str, got: str) -> ReasonMustBeGiven:
    return ReasonMustBeGiven(
        f"Reason of {of}: expected {expected}, got {got}.",
        evidence={"object": of, "expected": expected, "got": got},
    )
