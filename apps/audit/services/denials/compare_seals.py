# SPDX-License-Identifier: Apache-2.0
"""Hold the seals of one company against their leaves and each other, and its decisions against its seals.

What is chained is judged by the database in one statement. Decisions are read for the seals of the time in
which they are kept, and for older ones as far as some are left; of the rest a part is hashed each night.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from apps.audit.domain.denials.comparison import (
    MISSING,
    NOWHERE,
    DenialDifference,
    differing_denials,
    differing_seal,
    first_id_of,
)
from apps.audit.domain.denials.interval import Position
from apps.audit.domain.denials.seal import SEALED_WITHIN, UNREADABLE, Seal, former_of, seal_of
from apps.audit.selectors.denial_seals import (
    BadLink,
    StoredSeal,
    batch_of_seals,
    chain_of_seals,
    held_since,
    newest_seal,
    oldest_left,
    reason_to_seal_since,
)
from apps.audit.selectors.denials import denied_between, position_now
from cortex.database.service_role import service_transaction
from cortex.policy.retention import A_DAY, KEPT_FOR

# Lists of seals whose decisions are gone are hashed once in as many nights.
TURNS = 30


@dataclass(slots=True)
class Looked:
    """What was looked at while differences are found."""

    seals: int = 0
    denials: int = 0


def differences_of_company(
    *, company_id: UUID | None, looked: Looked, now: datetime
) -> Iterator[DenialDifference]:
    """Yield what differs; no transaction is longer than a batch, so that none holds the database's past."""
    with service_transaction() as cursor:
        here = position_now(cursor=cursor, at=now)
        last = newest_seal(cursor=cursor, company_id=company_id, here=here)
        first_reason = reason_to_seal_since(cursor=cursor, company_id=company_id)
        count, bad = chain_of_seals(cursor=cursor, company_id=company_id)
        held = held_since(cursor=cursor, company_id=company_id)
        # What was over when the hold came may have gone before it.
        kept_since = min(now, held or now) - KEPT_FOR + A_DAY
        young = first_id_of(kept_since - 3 * A_DAY)
        if (left := oldest_left(cursor=cursor, company_id=company_id, young=young)) is not None:
            young = UUID(int=max(0, left.int - (int(A_DAY.total_seconds() * 1000) << 80)))
    looked.seals += count
    at, place = (last.interval.until.at, last.ordinal) if last else (first_reason, NOWHERE)
    yield from _late(company_id, place, at, now)
    yield from _of_chain(company_id, bad)

    def of_denials(batch: Sequence[StoredSeal]) -> Iterator[DenialDifference]:
        return _of_denials(company_id, batch, here, kept_since, looked)

    yield from _of_batches(company_id, young, None, of_denials)
    turn = (now.toordinal() % TURNS, TURNS)
    yield from _of_batches(company_id, young, turn, lambda batch: _of_lists(company_id, batch))


def _late(
    company_id: UUID | None, place: int, at: datetime | None, now: datetime
) -> Iterator[DenialDifference]:
    """Yield that nothing was sealed for longer than a day: what was denied since could go unseen."""
    if at is not None and now - at > SEALED_WITHIN:
        since = at.isoformat(timespec="seconds")
        yield DenialDifference(company_id, place, None, "a seal of this day", f"none since {since}")


def _of_chain(company_id: UUID | None, bad: Sequence[BadLink]) -> Iterator[DenialDifference]:
    """Yield what is wrong with places and leaves; what a seal says is believed where its leaf says so."""
    broken = {link.leaf_digest for link in bad if link.digest != link.leaf_digest} - {None}
    for link in bad:
        place = NOWHERE if link.ordinal is None else link.ordinal
        if link.digest != link.leaf_digest:
            expects, got = link.leaf_digest or MISSING, link.digest or MISSING
            yield DenialDifference(company_id, place, None, f"seal {link.seal_id}: {expects}", got)
            continue
        if str(place) != link.expected:
            yield DenialDifference(company_id, place, None, f"seal {link.expected}", f"seal {place}")
        # One that was made before the seal in front of it was broken names what that had been.
        if link.statement is not None and (former := _former(link.statement)) not in broken:
            yield DenialDifference(company_id, place, None, f"behind {former}", f"behind {link.former}")


def _former(statement: bytes) -> str | None:
    try:
        return former_of(bytes(statement))
    except UNREADABLE:
        return MISSING


def _of_batches(
    company_id: UUID | None,
    young: UUID,
    turn: tuple[int, int] | None,
    differing: Callable[[Sequence[StoredSeal]], Iterator[DenialDifference]],
) -> Iterator[DenialDifference]:
    behind = NOWHERE
    while True:
        with service_transaction() as cursor:
            batch = batch_of_seals(
                cursor=cursor, company_id=company_id, behind=behind, young=young, turn=turn
            )
        if not batch:
            return
        yield from differing(batch)
        behind = batch[-1].ordinal


def _of_denials(
    company_id: UUID | None,
    batch: Sequence[StoredSeal],
    here: Position,
    kept_since: datetime,
    looked: Looked,
) -> Iterator[DenialDifference]:
    whole = list[tuple[StoredSeal, Seal]]()
    for stored in batch:
        seal = _readable(company_id, stored)
        if seal is None or seal.interval.until.end > here.end:
            got = "not readable" if seal is None else "until what has not come"
            yield DenialDifference(company_id, stored.ordinal, None, "a seal that the program made", got)
        else:
            whole.append((stored, seal))
    with service_transaction() as cursor:
        intervals = [seal.interval for _, seal in whole]
        there = denied_between(cursor=cursor, company_id=company_id, intervals=intervals)
    for stored, seal in whole:
        looked.denials += len(seal.denials)
        yield from differing_seal(seal=seal, digest=stored.digest)
        yield from differing_denials(seal=seal, stored=there.within(seal.interval), kept_since=kept_since)


def _of_lists(company_id: UUID | None, batch: Sequence[StoredSeal]) -> Iterator[DenialDifference]:
    for stored in batch:
        if (seal := _readable(company_id, stored)) is not None:
            yield from differing_seal(seal=seal, digest=stored.digest)


def _readable(company_id: UUID | None, stored: StoredSeal) -> Seal | None:
    try:
        return seal_of(
            company_id=company_id,
            ordinal=stored.ordinal,
            statement=stored.statement,
            stored=stored.denials,
        )
    except UNREADABLE:
        return None
