# SPDX-License-Identifier: Apache-2.0
"""Write down what a release brings along as version 0, with a leaf: an upgrade changes who may do what."""

from collections.abc import Callable
from uuid import UUID

from django.db import connection

from cortex.database.transactions import transactional
from cortex.policy.in_force import begin_trail_of_what_is_in_force
from cortex.policy.models import PolicyPackagedText
from cortex.policy.packaged import Packaged, content_digest, packaged_now
from cortex.policy.recorded_texts import is_recorded, latest_recorded
from cortex.ports.audit_log import AuditLog, AuditRecord
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from cortex.tenancy import scope

VERB, OBJECT_TYPE = "policy.packaged.changed", "policy.packaged"
# There is one such object: what is brought along has no row of its own, only rows of what it was.
OBJECT_ID = UUID(int=0)
# Any number will do that nobody else locks.
RECORDING_LOCK = 0x0C0127EA
_INSERT = """
INSERT INTO policy_packaged_text (text, schema_digest, release, recorded_at) VALUES (%s, %s, %s, %s)
"""
IsDue = Callable[[PolicyPackagedText | None, Packaged], bool]


def record_packaged_text(*, recorded_by: Principal) -> bool:
    """Record the running release unless the newest row says the same; return whether it was recorded.

    For whoever migrates: going back to an earlier release is a change like any other.
    """
    return _recorded(
        recorded_by, is_due=lambda latest, now: latest is None or _content(latest) != now.content_digest
    )


def record_unknown_text(*, recorded_by: Principal) -> bool:
    """Record the running release where no row knows it; return whether it was recorded.

    For processes that start: while two releases run side by side, their starts are no changes to and fro.
    """
    return _recorded(recorded_by, is_due=lambda _latest, now: not is_recorded(now))


def _recorded(recorded_by: Principal, *, is_due: IsDue) -> bool:
    with scope([]):
        return _record_in_turn(recorded_by, is_due)


@transactional
def _record_in_turn(recorded_by: Principal, is_due: IsDue) -> bool:
    now = packaged_now()
    if not is_due(latest_recorded(), now):
        return False
    with connection.cursor() as cursor:
        # One at a time: of two at once, the second must see what the first recorded.
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [RECORDING_LOCK])
    latest = latest_recorded()
    if not is_due(latest, now):
        return False
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [now.text, now.schema_digest, now.release, get(Clock).now()])
    record = AuditRecord(
        verb=VERB,
        object_type=OBJECT_TYPE,
        object_id=OBJECT_ID,
        digest=now.content_digest,
        before=None if latest is None else _content(latest),
        is_new=latest is None,
    )
    get(AuditLog).append(company_id=None, actor=recorded_by, records=[record])
    if latest is None:
        begin_trail_of_what_is_in_force(actor=recorded_by)
    return True


def _content(row: PolicyPackagedText) -> str:
    return content_digest(text=row.digest, schema=row.schema_digest)
