# SPDX-License-Identifier: Apache-2.0
"""Which seals an archive of a period tells: whatever overlaps it, as far as it can be proved."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import zip_longest
from typing import Protocol, TypeVar
from uuid import UUID

from apps.audit.domain.archive.frame import Period
from apps.audit.domain.denials.seal import UNREADABLE, Seal, seal_of

# Of a group: as many seals, and as many denials with what the last one has more.
_SEALS_MAX, _DENIALS_MAX = 500, 10_000


@dataclass(frozen=True, slots=True)
class ToldSeal:
    """What is known of a seal that an archive tells, without its denials."""

    leaf_index: int
    leaf_id: UUID
    id: UUID
    denial_count: int
    digest: str
    former: str | None


class HasCount(Protocol):
    """Whatever says how many denials a seal has."""

    @property
    def denial_count(self) -> int:
        """Return how many."""


Counted = TypeVar("Counted", bound=HasCount)


def is_of(period: Period, seal: Seal) -> bool:
    """Return whether the interval of a seal overlaps the days of a period."""
    ats = [each.at for each in (seal.interval.since, seal.interval.until) if each.at is not None]
    begins = datetime.combine(period.from_date, time(), UTC) if period.from_date else None
    ends = datetime.combine(period.to_date, time(), UTC) + timedelta(days=1) if period.to_date else None
    # The first seal begins with the first denial, whenever that was.
    is_behind = ends is not None and seal.former is not None and all(at >= ends for at in ats)
    return not is_behind and not (begins is not None and all(at < begins for at in ats))


def readable(*, company_id: UUID | None, ordinal: int, statement: bytes, stored: bytes) -> Seal | None:
    """Return the seal of what is stored; None where that is none, or not the denials of its statement."""
    try:
        seal = seal_of(company_id=company_id, ordinal=ordinal, statement=statement, stored=stored)
    except UNREADABLE:
        return None
    return seal if seal.statement == statement else None


def told_seal(*, leaf_index: int, leaf_id: UUID, seal_id: UUID, seal: Seal) -> ToldSeal:
    """Return what is kept of a seal that is told."""
    digest = hashlib.sha256(seal.statement).hexdigest()
    return ToldSeal(leaf_index, leaf_id, seal_id, len(seal.denials), digest, seal.former)


def in_groups(seals: Iterable[Counted]) -> Iterator[list[Counted]]:
    """Yield them in their order, few enough at a time that their denials fit into memory."""
    group, denials = list[Counted](), 0
    for seal in seals:
        group.append(seal)
        denials += seal.denial_count
        if len(group) == _SEALS_MAX or denials >= _DENIALS_MAX:
            yield group
            group, denials = [], 0
    if group:
        yield group


def ends_of_chains(seals: Sequence[ToldSeal]) -> list[ToldSeal]:
    """Return those that no next one names: their leaves are proved, and all others follow from them."""
    behind = zip_longest(seals, seals[1:])
    return [seal for seal, named in behind if named is None or named.former != seal.digest]
