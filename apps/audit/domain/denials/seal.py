# SPDX-License-Identifier: Apache-2.0
"""A seal: the Merkle root over what was denied in an interval, and the hash of each denial."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import orjson

from apps.audit.domain.denials.interval import Interval, Position
from apps.audit.domain.merkle.hashes import HASH_BYTES, leaf_hash, tree_root
from cortex.canonical_json import canonical_json

_ID_BYTES = 16
# Where nothing is denied, a seal a day says so.
QUIET_FOR = timedelta(days=1)
# So that more than this without any is a schedule that does not run.
SEALED_WITHIN = timedelta(hours=26)
# What bytes that nobody checked yet may raise. orjson's error is a ValueError.
UNREADABLE = (ValueError, KeyError, TypeError, AttributeError)


@dataclass(frozen=True, slots=True)
class Denial:
    """A decision that was a no: its id, and the leaf hash (RFC 6962) over all that it says."""

    id: UUID
    hash: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """`former` is the digest of the statement before it of the same company; the first has none."""

    company_id: UUID | None
    ordinal: int
    interval: Interval
    denials: Sequence[Denial]
    former: str | None

    @property
    def root(self) -> str:
        """Return the root (RFC 6962) over the denials in the order of their ids."""
        return tree_root(hashes=[denial.hash for denial in self.denials]).hex()

    @property
    def statement(self) -> bytes:
        """Return the canonical form of what the seal says."""
        interval = self.interval
        return canonical_json(
            {
                "company": str(self.company_id) if self.company_id else None,
                "ordinal": self.ordinal,
                "former": self.former,
                "since": interval.since.told(),
                "until": interval.until.told(),
                "after": str(interval.after),
                "up_to": str(interval.up_to) if interval.up_to else None,
                "count": len(self.denials),
                "root": self.root,
            }
        )

    @property
    def digest(self) -> str:
        """Return the SHA-256 (hex) of the statement, which the leaf and the next seal carry."""
        return hashlib.sha256(self.statement).hexdigest()


def packed(denials: Sequence[Denial]) -> bytes:
    """Return ids and hashes as they are stored."""
    return b"".join(denial.id.bytes + denial.hash for denial in denials)


def unpacked(stored: bytes) -> list[Denial]:
    """Return the denials of what is stored; a rest that is none is left out, so that the root differs."""
    width = _ID_BYTES + HASH_BYTES
    return [
        Denial(UUID(bytes=stored[at : at + _ID_BYTES]), stored[at + _ID_BYTES : at + width])
        for at in range(0, len(stored) - width + 1, width)
    ]


def interval_of(statement: bytes) -> Interval:
    """Return from where to where a statement goes; raises one of UNREADABLE."""
    told = orjson.loads(statement)
    return Interval(
        Position.of_told(told["since"]),
        Position.of_told(told["until"]),
        UUID(told["after"]),
        UUID(told["up_to"]) if told["up_to"] else None,
    )


def seal_of(*, company_id: UUID | None, ordinal: int, statement: bytes, stored: bytes) -> Seal:
    """Return the seal of what is stored; raises one of UNREADABLE."""
    return Seal(
        company_id=company_id,
        ordinal=ordinal,
        interval=interval_of(statement),
        denials=unpacked(stored),
        former=former_of(statement),
    )


def former_of(statement: bytes) -> str | None:
    """Return the digest of the statement before it; raises one of UNREADABLE."""
    former: str | None = orjson.loads(statement)["former"]
    return former


def is_due(*, denials: Sequence[Denial], last: Interval | None, now: datetime) -> bool:
    """Return whether a seal is to be made: something was denied, or none was made for a day."""
    if denials or last is None or last.up_to is not None or last.until.at is None:
        return True
    return now - last.until.at >= QUIET_FOR


def denial_document(*, decision_id: UUID, told: dict[str, object]) -> bytes:
    """Return the canonical form of a decision that was a no; `told` is all that its row says."""
    return canonical_json({"id": str(decision_id), **told})


def denial_of(*, decision_id: UUID, told: dict[str, object]) -> Denial:
    """Return the denial of a decision."""
    return Denial(decision_id, leaf_hash(denial_document(decision_id=decision_id, told=told)))
