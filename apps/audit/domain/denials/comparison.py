# SPDX-License-Identifier: Apache-2.0
"""Decisions as they stand now against a seal: which denial was changed, deleted or added."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from apps.audit.domain.denials.seal import Denial, Seal

MISSING, NOT_SEALED = "missing", "not sealed"
# The place of a seal that is not there, or of no single one.
NOWHERE = -1
# RFC 8785, 3.2.2.3: canonical JSON has no larger integer.
_JSON_MAX = 2**53 - 1


@dataclass(frozen=True, slots=True)
class DenialDifference:
    """`company_id` and `ordinal` name the seal, `decision_id` the decision; None is the seal itself."""

    company_id: UUID | None
    ordinal: int
    decision_id: UUID | None
    expected: str
    got: str

    def told(self) -> dict[str, str | int | None]:
        """Return it in words that JSON knows: a place beyond its integers, as a forged row may have, is the
        last of them.
        """
        told = {
            name: str(value) if isinstance(value, UUID) else value for name, value in asdict(self).items()
        }
        return told | {"ordinal": min(self.ordinal, _JSON_MAX)}


@dataclass(frozen=True, slots=True)
class ComparedDenials:
    """What was found; the first hundred differences are told."""

    seal_count: int
    denial_count: int
    difference_count: int
    differences: Sequence[DenialDifference]


def differing_denials(
    *, seal: Seal, stored: Sequence[Denial], kept_since: datetime
) -> Iterator[DenialDifference]:
    """Yield what differs; a denial from before `kept_since` may have been forgotten by the rules.

    What is left of those must be as it was sealed all the same.
    """
    there = {denial.id: denial.hash for denial in stored}
    for denial in seal.denials:
        got = there.pop(denial.id, None)
        if got == denial.hash or (got is None and _made_at(denial.id) < kept_since.timestamp()):
            continue
        yield _difference(seal, denial.id, denial.hash.hex(), MISSING if got is None else got.hex())
    for decision_id, got in there.items():
        yield _difference(seal, decision_id, NOT_SEALED, got.hex())


def differing_seal(*, seal: Seal, digest: str) -> Iterator[DenialDifference]:
    """Yield where a seal is not the one of its leaf, which has this digest: its list or place was changed."""
    if seal.digest != digest:
        yield _difference(seal, None, digest, seal.digest)


def _difference(seal: Seal, decision_id: UUID | None, expected: str, got: str) -> DenialDifference:
    return DenialDifference(seal.company_id, seal.ordinal, decision_id, expected, got)


def first_id_of(instant: datetime) -> UUID:
    """Return what no id that is made from then on is below."""
    return UUID(int=max(0, int(instant.timestamp() * 1000)) << 80)


def _made_at(decision_id: UUID) -> float:
    """Return when the id was made, in seconds. Source: RFC 9562, 5.7: version 7 begins with milliseconds."""
    return (decision_id.int >> 80) / 1000
