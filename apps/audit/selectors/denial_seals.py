# SPDX-License-Identifier: Apache-2.0
"""The seals over what was denied, as they are stored beside their leaves; nothing in them is believed unread.

Everything is read under the service role. Without a company: those over all denials of the installation.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.backends.utils import CursorWrapper

from apps.audit.domain.denials.interval import Interval, Position
from apps.audit.domain.denials.seal import UNREADABLE, interval_of
from apps.audit.domain.policy_names import SEAL_DENIALS

# Of a batch: as many seals, and as many denials with what the last one has more.
SEALS_MAX, DENIALS_MAX = 500, 10_000
# What no leaf tells of is nobody's: whoever may insert rows makes no leaf that was not made.
_AGREES = """EXISTS (SELECT FROM audit_entry WHERE {company} AND object_id = seal.id AND verb = %(verb)s
         AND convert_from(body, 'UTF8')::jsonb ->> 'digest' = encode(sha256(seal.statement), 'hex'))"""
_NEWEST = """
SELECT ordinal, statement, encode(sha256(statement), 'hex') FROM audit_denial_seal seal
 WHERE {company} AND ordinal < %(below)s AND {agrees} ORDER BY ordinal DESC LIMIT 1
"""
_FREE = """
SELECT place FROM (SELECT %(first)s::bigint AS place UNION ALL
                   SELECT ordinal + 1 FROM audit_denial_seal
                    WHERE {company} AND ordinal >= %(first)s AND ordinal < 9223372036854775807) places
 WHERE NOT EXISTS (SELECT FROM audit_denial_seal WHERE {company} AND ordinal = place) ORDER BY place LIMIT 1
"""
_BATCH = """
SELECT ordinal, statement, denials, encode(sha256(statement), 'hex')
  FROM (SELECT *, sum(denial_count) OVER (ORDER BY ordinal) - denial_count AS denials_before
          FROM (SELECT ordinal, statement, denials, denial_count FROM audit_denial_seal seal
                 WHERE {company} AND ordinal > %(behind)s AND {which} AND {agrees}
                 ORDER BY ordinal LIMIT %(seals_max)s) page) counted
 WHERE denials_before < %(denials_max)s ORDER BY ordinal
"""
_YOUNG, _OLD_IN_TURN = "id >= %(young)s", "id < %(young)s AND ordinal %% %(turns)s = %(turn)s"
# No statement is parsed: one that is nothing would end the whole. The places are numeric, since a row may
# have the last of bigint.
_CHAIN = """
WITH link AS MATERIALIZED (
  SELECT seal.ordinal, encode(sha256(seal.statement), 'hex') AS digest, leaf.digest AS leaf_digest,
         coalesce(seal.id, leaf.object_id) AS seal_id, seal.statement
    FROM (SELECT id, ordinal, statement FROM audit_denial_seal WHERE {company}) seal
    FULL JOIN (SELECT object_id, convert_from(body, 'UTF8')::jsonb ->> 'digest' AS digest FROM audit_entry
                WHERE {company} AND verb = %(verb)s) leaf ON leaf.object_id = seal.id),
placed AS (
  SELECT seal_id, digest, leaf_digest, ordinal, statement,
         coalesce(lag(ordinal::numeric) OVER (ORDER BY ordinal NULLS LAST, seal_id), -1) + 1 AS expected
    FROM link),
believed AS (
  SELECT seal_id, lag(digest) OVER (ORDER BY ordinal) AS former FROM link WHERE digest = leaf_digest),
judged AS (
  SELECT placed.*, believed.former, digest = leaf_digest AND position(convert_to(
           '"former":' || coalesce('"' || former || '"', 'null') || ',', 'UTF8') IN statement) = 0 AS strays
    FROM placed LEFT JOIN believed USING (seal_id))
SELECT ordinal, digest, leaf_digest, seal_id, expected::text, former, CASE WHEN strays THEN statement END
  FROM judged WHERE digest IS DISTINCT FROM leaf_digest OR ordinal <> expected OR strays
 ORDER BY ordinal NULLS LAST, seal_id
"""
_COUNT = "SELECT count(*) FROM audit_denial_seal WHERE {company}"
_LAST_PLACE = 2**63 - 1
_REASON = {
    False: "SELECT created_at FROM tenancy_company WHERE id = %(company)s",
    True: """SELECT least((SELECT min(created_at) FROM tenancy_company),
                          (SELECT decided_at FROM policy_decision ORDER BY id LIMIT 1))""",
}
_HELD = """
SELECT min(placed_at) FROM audit_hold
 WHERE company_id = %(company)s AND subject_id IS NULL AND lifted_at IS NULL
"""
_OLDEST_LEFT = """
SELECT id FROM policy_decision WHERE NOT is_allowed {of_company} AND id < %(young)s ORDER BY id LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class LastSeal:
    """Where the next seal goes on: the place, the interval and the digest of the last one."""

    ordinal: int
    interval: Interval
    digest: str


@dataclass(frozen=True, slots=True)
class BadLink:
    """A seal that is not its leaf's or out of place; `statement` is there where it names another `former`."""

    ordinal: int | None
    digest: str | None
    leaf_digest: str | None
    seal_id: UUID
    expected: str
    former: str | None
    statement: bytes | None


@dataclass(frozen=True, slots=True)
class StoredSeal:
    """A seal that agrees with its leaf, as bytes."""

    ordinal: int
    statement: bytes
    denials: bytes
    digest: str


def newest_seal(*, cursor: CursorWrapper, company_id: UUID | None, here: Position) -> LastSeal | None:
    """Return the last seal that agrees with its leaf, is readable and ends before this position."""
    below = _LAST_PLACE
    while True:
        _ask(cursor, _NEWEST, company_id, below=below)
        row = cursor.fetchone()
        if row is None:
            return None
        try:
            interval = interval_of(bytes(row[1]))
            if interval.until.end <= here.end:
                return LastSeal(row[0], interval, row[2])
        except UNREADABLE:
            # The comparison tells it; sealing must not end with it.
            pass
        below = row[0]


def free_place(*, cursor: CursorWrapper, company_id: UUID | None, first: int) -> int:
    """Return this place, or the next one that no row has."""
    _ask(cursor, _FREE, company_id, first=first)
    return int(cursor.fetchone()[0])


def chain_of_seals(*, cursor: CursorWrapper, company_id: UUID | None) -> tuple[int, list[BadLink]]:
    """Return how many seals the company has and those that are out of order; leaves without one come last."""
    _ask(cursor, _COUNT, company_id)
    (count,) = cursor.fetchone()
    _ask(cursor, _CHAIN, company_id)
    return count, [BadLink(*row) for row in cursor.fetchall()]


def batch_of_seals(
    *, cursor: CursorWrapper, company_id: UUID | None, behind: int, young: UUID, turn: tuple[int, int] | None
) -> list[StoredSeal]:
    """Return seals behind this place that agree with their leaves: those since the id `young`, or, of those
    before it, the ones whose turn (of how many) it is.
    """
    which = _YOUNG if turn is None else _OLD_IN_TURN
    limits = {"seals_max": SEALS_MAX, "denials_max": DENIALS_MAX}
    place, turns = turn or (0, 1)
    query = _BATCH.replace("{which}", which)
    _ask(cursor, query, company_id, behind=behind, young=young, turn=place, turns=turns, **limits)
    return [StoredSeal(row[0], bytes(row[1]), bytes(row[2]), row[3]) for row in cursor.fetchall()]


def reason_to_seal_since(*, cursor: CursorWrapper, company_id: UUID | None) -> datetime | None:
    """Return since when a seal is expected: the company's first instant, or that of the installation."""
    _ask(cursor, _REASON[company_id is None], company_id)
    row = cursor.fetchone()
    return row[0] if row else None


def held_since(*, cursor: CursorWrapper, company_id: UUID | None) -> datetime | None:
    """Return when the oldest hold in force over the company as a whole was placed."""
    _ask(cursor, _HELD, company_id)
    found: datetime | None = cursor.fetchone()[0]
    return found


def oldest_left(*, cursor: CursorWrapper, company_id: UUID | None, young: UUID) -> UUID | None:
    """Return the first denial before the id `young` that is still there."""
    of_company = "" if company_id is None else "AND company_id = %(company)s"
    _ask(cursor, _OLDEST_LEFT.replace("{of_company}", of_company), company_id, young=young)
    row = cursor.fetchone()
    return row[0] if row else None


def _ask(cursor: CursorWrapper, query: str, company_id: UUID | None, **values: UUID | int | str) -> None:
    company = "company_id IS NULL" if company_id is None else "company_id = %(company)s"
    parameters: dict[str, Any] = {"company": company_id, "verb": SEAL_DENIALS, **values}
    cursor.execute(query.replace("{agrees}", _AGREES).replace("{company}", company), parameters)
