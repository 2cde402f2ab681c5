# SPDX-License-Identifier: Apache-2.0
"""What every verb of emergency access leaves behind: a leaf and an event, in the open transaction."""

from cortex.break_glass.models import BreakGlassAccess
from cortex.break_glass.published import ACCESS
from cortex.ports.audit_log import AuditLog, AuditRecord
from cortex.ports.event_bus import Event, EventBus
from cortex.ports.principal import Principal
from cortex.ports.registry import get


def leave_trail(
    *, access: BreakGlassAccess, verb: str, actor: Principal, event: Event, reason: str = ""
) -> None:
    """Append the leaf, with the reason where one was given, and publish the event."""
    details = {"reason": reason} if reason else {}
    record = AuditRecord(verb=verb, object_type=ACCESS, object_id=access.id, details=details)
    get(AuditLog).append(company_id=access.company_id, actor=actor, records=[record])
    get(EventBus).publish(company_id=access.company_id, events=[event])
