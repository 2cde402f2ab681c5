# SPDX-License-Identifier: Apache-2.0
"""Refusals of notes; each names what was read and what was expected, never the secret half of a key."""

from cortex.errors import CortexError, Malformed

# Enough to find the place; what strangers sent is not repeated at length.
_SHOWN_MAX = 80


class NoteMustBeWellFormed(Malformed):
    """A text is no signed note. Source: c2sp.org/signed-note."""

    code = "audit.note_must_be_well_formed"


class NoteKeyMustBeWellFormed(Malformed):
    """A text is no verifier key, or is of a kind that is not known here."""

    code = "audit.note_key_must_be_well_formed"


class NoteKeysMustBeDistinct(CortexError):
    """Two trusted keys share name and id: nobody could tell whose signature a line is."""

    code = "audit.note_keys_must_be_distinct"
    status = 500


class NoteMustBeSigned(CortexError):
    """No signature is by a trusted key, or one that claims to be does not verify."""

    code = "audit.note_must_be_signed"
    status = 403


class CheckpointMustBeWellFormed(Malformed):
    """A note's text is no checkpoint. Source: c2sp.org/tlog-checkpoint."""

    code = "audit.checkpoint_must_be_well_formed"


class WitnessRequestMustBeWellFormed(Malformed):
    """A body is no request of c2sp.org/tlog-witness."""

    code = "audit.witness_request_must_be_well_formed"


class LogPolicyMustBeWellFormed(Malformed):
    """A line of a file of keys cannot be read. Source: c2sp.org/tlog-policy."""

    code = "audit.log_policy_must_be_well_formed"


def refused(cause: type[Malformed], subject: str, *, expected: str, got: object) -> Malformed:
    """Return the refusal of a text."""
    shown = got if isinstance(got, int) else _shown(str(got))
    evidence = {"object": subject, "expected": expected, "got": shown}
    return cause(f"{subject}: expected {expected}, got {shown}.", evidence=evidence)


def _shown(got: str) -> str:
    short = got if len(got) <= _SHOWN_MAX else got[:_SHOWN_MAX] + "…"
    return ascii(short)
