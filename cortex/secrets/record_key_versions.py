# SPDX-License-Identifier: Apache-2.0
"""Compare what the keepers have with what was last seen there, and write down what came and what went.

Keys are rotated where no database is: at a console, in a vault, by a vault's own schedule. So the log says
when a version was first seen or missed, not when it was made.
"""

from collections.abc import Iterable, Mapping, Sequence

from django.db import connection

from cortex.canonical_json import canonical_digest
from cortex.database.transactions import transactional
from cortex.ids import uuid7
from cortex.ports.audit_log import AuditLog, AuditRecord
from cortex.ports.clock import Clock
from cortex.ports.key_management import KeyInventory, KeyVersion
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from cortex.secrets.models import KeySighting
from cortex.tenancy import scope

APPEARED, WITHDRAWN = "secrets.key.version_appeared", "secrets.key.version_withdrawn"
OBJECT_TYPE = "secrets.key_sighting"
# "keys" in ASCII.
_LOOKING = 0x6B657973


def record_key_versions(*, seen_by: Principal) -> Sequence[KeySighting]:
    """Return what has changed since the last look, each with a leaf; nothing while somebody else looks."""
    with scope([]):
        return _look(seen_by)


@transactional
def _look(seen_by: Principal) -> Sequence[KeySighting]:
    # The keepers are asked under the lock: an older answer written later would withdraw what is there.
    if not _is_alone():
        return []
    held = get(KeyInventory).held()
    last = {_version(row): row for row in _newest()}
    there = {version for versions in held.values() if versions is not None for version in versions}
    known = {version for version, row in last.items() if row.is_held}
    gone = {version for version in known - there if _was_asked(version, held)}
    sightings = [*_seen(there - known, is_held=True), *_seen(gone, is_held=False)]
    for sighting in sightings:
        sighting.save(force_insert=True)
        verb = APPEARED if sighting.is_held else WITHDRAWN
        record = AuditRecord(
            verb=verb, object_type=OBJECT_TYPE, object_id=sighting.id, digest=sighting.digest
        )
        get(AuditLog).append(company_id=None, actor=seen_by, records=[record])
    return sightings


def _was_asked(version: KeyVersion, held: Mapping[str, Sequence[KeyVersion] | None]) -> bool:
    """Tell a keeper that has no such version, or is no longer ours, from one that did not answer."""
    return held.get(version.keeper, ()) is not None


def _seen(versions: Iterable[KeyVersion], *, is_held: bool) -> list[KeySighting]:
    at = get(Clock).now()
    rows = [
        KeySighting(
            id=uuid7(),
            keeper=each.keeper,
            key_id=each.key_id,
            version=each.version,
            mark=each.mark,
            is_held=is_held,
            seen_at=at,
        )
        for each in sorted(versions)
    ]
    for row in rows:
        row.digest = canonical_digest(statement_of(row))
    return rows


def statement_of(row: KeySighting) -> dict[str, str | int | bool]:
    """Return what the digest of a sighting is taken of."""
    return {
        "keeper": row.keeper,
        "key_id": row.key_id,
        "version": row.version,
        "mark": row.mark,
        "is_held": row.is_held,
        "seen_at": row.seen_at.isoformat(timespec="microseconds"),
    }


def _newest() -> Iterable[KeySighting]:
    order = ("keeper", "key_id", "version", "mark")
    return KeySighting.objects.order_by(*order, "-id").distinct(*order)


def _version(row: KeySighting) -> KeyVersion:
    return KeyVersion(row.keeper, row.key_id, row.version, row.mark)


def _is_alone() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOOKING])
        return bool(cursor.fetchone()[0])
