# SPDX-License-Identifier: Apache-2.0
"""What every verb of emergency access leaves behind: a leaf and an event, in the open transaction."""

from datetime import datetime

from cortex.break_glass.models import BreakGlassAccess
from cortex.break_glass.published import ACCESS
from cortex.canonical_json import canonical_digest
from cortex.ports.audit_log import AuditLog, AuditRecord
from cortex.ports.event_bus import Event, EventBus
from cortex.ports.principal import Principal
from cortex.ports.registry import get

_INSTANTS = ("opened_at", "expires_at", "ended_at", "reviewed_at")


def leave_trail(
    *,
    access: BreakGlassAccess,
    before: str | None,
    verb: str,
    actor: Principal,
    event: Event,
    reason: str = "",
) -> None:
    """Append the leaf, with the reason where one was given, and publish the event.

    `access` is as it is now; `before` is its digest before the verb, None for a new one.
    """
    details = {"reason": reason} if reason else {}
    record = AuditRecord(
        verb=verb,
        object_type=ACCESS,
        object_id=access.id,
        digest=access_digest(access),
        details=details,
        before=before,
        is_new=before is None,
    )
    get(AuditLog).append(company_id=access.company_id, actor=actor, records=[record])
    get(EventBus).publish(company_id=access.company_id, events=[event])


def access_digest(access: BreakGlassAccess) -> str:
    """Return the digest of who has it from when to when, and who looked at it; not of what people wrote."""
    content = {
        "user": str(access.user_id),
        **{name: _instant(getattr(access, name)) for name in _INSTANTS},
        "ended_by": access.ended_by,
        "reviewed_by": access.reviewed_by,
    }
    return canonical_digest(content)


def _instant(at: datetime | None) -> str | None:
    return at.isoformat(timespec="microseconds") if at else None
