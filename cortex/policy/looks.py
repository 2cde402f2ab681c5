# SPDX-License-Identifier: Apache-2.0
"""Looks that leave a leaf: what is taken away as a file, and pages of the administration that show people.

A look changes nothing, so that its leaf is written when the work is over, in a transaction of its own: that
it cannot be written takes no answer away and is told. The first of each kind in a minute leaves one, as of
refusals; the decision log has every question that was asked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import structlog
from django.db import DatabaseError, InterfaceError

from cortex.container.scopes import current_scope
from cortex.database.transactions import after_transaction, transactional
from cortex.errors import CortexError
from cortex.policy.refusal_trail import is_due
from cortex.ports.audit_log import AuditLog, AuditRecord
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from cortex.tenancy import scope

OWED_MAX = 100
# Stands for a whole list, which is no object of its own.
LIST = UUID(int=0)
# Of pages that show people, or what was written about them. Nothing is done to what is looked at, so that
# neither its trail nor its proof has these leaves: the log itself is searched for them.
LOOKED_AT = "backoffice.people.read"
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Who looked at what; `digest` is the SHA-256 (hex) of what was taken away."""

    principal: Principal
    verb: str
    company_id: UUID | None
    object_type: str
    object_id: UUID = LIST
    digest: str | None = None


class OwedLooks:
    """What one request, task or command has shown and not yet written."""

    def __init__(self) -> None:
        self._looks: list[Look] = []
        self._is_awaited = False

    def add(self, look: Look) -> None:
        """Owe one more; a request shows few things."""
        self._looks = [*self._looks, look][:OWED_MAX]
        scope_of_work = current_scope()
        if scope_of_work is None:
            after_transaction(self.write)
        elif not self._is_awaited:
            scope_of_work.at_close(self.write)
            self._is_awaited = True

    def write(self) -> None:
        """Append the leaves that are owed; a failure is told."""
        looks, self._looks = self._looks, []
        due = [look for look in looks if is_due((look.principal.urn, _kind(look), look.company_id))]
        try:
            _append(due)
        except (DatabaseError, InterfaceError, CortexError) as error:
            _log.error("looks_not_recorded", count=len(due), exc_info=error)


def note_look(look: Look) -> None:
    """Let the look leave a leaf when the work is over."""
    get(OwedLooks).add(look)


def _append(looks: Sequence[Look]) -> None:
    if looks:
        with scope({look.company_id for look in looks if look.company_id is not None}):
            _append_apart(looks)


@transactional
def _append_apart(looks: Sequence[Look]) -> None:
    for look in looks:
        record = AuditRecord(
            verb=look.verb, object_type=look.object_type, object_id=look.object_id, digest=look.digest
        )
        get(AuditLog).append(company_id=look.company_id, actor=look.principal, records=[record])


def _kind(look: Look) -> str:
    return f"{look.verb} {look.object_type} {look.object_id} {look.digest}"
