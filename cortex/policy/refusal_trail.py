# SPDX-License-Identifier: Apache-2.0
"""Refusals in the audit log: the first of each kind in a minute leaves a leaf, the decision log has all.

Whoever is refused could otherwise fill the audit log, which nobody may shorten.
"""

import time
from collections.abc import Iterable
from threading import Lock
from uuid import UUID

from cortex.ports.audit_log import AuditLog, AuditRecord
from cortex.ports.principal import Principal
from cortex.ports.registry import get

VERB = "policy.access.refused"
SECONDS_BETWEEN, KINDS_MAX = 60.0, 10_000

_left: dict[tuple[str, str, UUID | None], float] = {}
_lock = Lock()


def leave_leaves(refused: Iterable[tuple[Principal, str, UUID | None, UUID]]) -> None:
    """Append a leaf for each (principal, action, company, decision) that left none within a minute."""
    for principal, action, company_id, decision_id in refused:
        if is_due((principal.urn, action, company_id)):
            record = AuditRecord(verb=VERB, object_type="policy.decision", object_id=decision_id)
            get(AuditLog).append(company_id=company_id, actor=principal, records=[record])


def is_due(kind: tuple[str, str, UUID | None]) -> bool:
    """Return whether a leaf of this kind (actor, what, company) is the first in a minute."""
    now = time.monotonic()
    with _lock:
        if len(_left) >= KINDS_MAX:
            _left.clear()
        if now - _left.get(kind, -SECONDS_BETWEEN) < SECONDS_BETWEEN:
            return False
        _left[kind] = now
        return True
