# SPDX-License-Identifier: Apache-2.0
"""The log of decisions: what was asked, what was decided, and on which attributes.

A yes to a change is written by the transaction of the change, just before it commits. Everything else is
written when the work is over, in a transaction of its own, so that a no survives what it rolled back.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from django.db import DatabaseError, InterfaceError, connection

from cortex.container.scopes import current_scope
from cortex.database.statements import prepared_cursor
from cortex.database.transactions import (
    after_transaction,
    in_transaction,
    transactional,
    write_before_commit,
)
from cortex.errors import CortexError
from cortex.ids import uuid7
from cortex.policy.cedar import Question
from cortex.policy.packaged import VERSION
from cortex.policy.refusal_trail import leave_leaves
from cortex.ports.authorizer import Decision, Resource
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from cortex.tenancy import scope
from cortex.tenancy.scope import scoped_companies

# Written together; and the most that one piece of work may owe, beyond which decisions are only counted.
BATCH, OWED_MAX = 100, 1_000
_QUESTION_BYTES_MAX = 60_000
_INSERT = """
INSERT INTO policy_decision (id, company_id, decided_at, principal, action, resource_type, resource_id,
  is_allowed, reason, needs, policy_ids, version, packaged_digest, is_break_glass, question, cluster_epoch)
SELECT id, company_id, decided_at, principal, action, resource_type, resource_id, is_allowed, reason,
  needs, policy_ids, version, packaged_digest, is_break_glass, question, (SELECT cortex_cluster_epoch())
FROM jsonb_to_recordset(%s::text::jsonb) AS row (id uuid, company_id uuid, decided_at timestamptz,
  principal text, action text, resource_type text, resource_id text, is_allowed boolean, reason text,
  needs varchar[], policy_ids varchar[], version integer, packaged_digest varchar, is_break_glass boolean,
  question jsonb)
"""
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Made:
    """One decision; `question` is None where no policy had to be asked."""

    principal: Principal
    action: str
    changes: bool
    company_id: UUID | None
    about: Resource
    decision: Decision
    question: Question | None
    at: datetime


class OwedDecisions:
    """What one request, task or command has decided and not yet written."""

    def __init__(self) -> None:
        self._rows: list[Made] = []
        self._lost = 0
        self._is_awaited = False

    def add(self, made: Made) -> None:
        """Owe one more."""
        scope_of_work = current_scope()
        if len(self._rows) >= OWED_MAX:
            self._lost += 1
            return
        self._rows.append(made)
        if scope_of_work is None or len(self._rows) % BATCH == 0:
            after_transaction(self.write)
        elif not self._is_awaited:
            scope_of_work.at_close(self.write)
            self._is_awaited = True

    def write(self) -> None:
        """Write what is owed; a failure is told, and the work that is over stays as it is."""
        rows, self._rows, lost, self._lost = self._rows, [], self._lost, 0
        if lost:
            _log.error("decisions_lost", count=lost)
        try:
            _write_apart(rows)
        except (DatabaseError, InterfaceError, CortexError) as error:
            _log.error("decisions_not_recorded", count=len(rows), exc_info=error)


def record(made: Made) -> None:
    """Write the decision with the work, or owe it to the end of the work."""
    if made.decision.is_allowed and made.changes and in_transaction():
        write_before_commit(made, writer=_write_within)
        return
    if not made.decision.is_allowed:
        _log.warning(
            "access_refused",
            principal=made.principal.urn,
            action=made.action,
            company_id=str(made.company_id),
            reason=made.decision.reason,
        )
    get(OwedDecisions).add(made)


def _write_apart(rows: Sequence[Made]) -> None:
    if not rows:
        return
    with scope({row.company_id for row in rows if row.company_id is not None}):
        _insert_apart(rows)


@transactional
def _insert_apart(rows: Sequence[Made]) -> None:
    refused = [row for row in rows if not row.decision.is_allowed]
    if not refused:
        with connection.cursor() as cursor:
            # A look that a crash forgets within a blink is worth no wait for the disk.
            cursor.execute("SET LOCAL synchronous_commit TO off")
    ids = _insert(rows)
    leave_leaves([(row.principal, row.action, row.company_id, ids[id(row)]) for row in refused])


def _write_within(rows: list[Made]) -> None:
    """Write in the open transaction, which may stand in the scope of another company by now."""
    companies = {row.company_id for row in rows if row.company_id is not None}
    if companies <= set(scoped_companies()):
        _insert(rows)
        return
    with scope(companies):
        transactional(_insert)(rows)


def _insert(rows: Sequence[Made]) -> dict[int, UUID]:
    """Insert the rows; return their ids by object."""
    ids = {id(row): uuid7() for row in rows}
    with prepared_cursor() as cursor:
        cursor.execute(_INSERT, [json.dumps([_row(row, ids[id(row)]) for row in rows])])
    return ids


def _row(made: Made, decision_id: UUID) -> dict[str, Any]:
    is_break_glass = made.question is not None and bool(made.question.context["is_break_glass"])
    question = None if made.question is None else asdict(made.question)
    if question is not None and len(json.dumps(question)) > _QUESTION_BYTES_MAX:
        question = None
    decision = made.decision
    return {
        "id": str(decision_id),
        "company_id": str(made.company_id) if made.company_id else None,
        "decided_at": made.at.isoformat(),
        "principal": made.principal.urn[:200],
        "action": made.action[:100],
        "resource_type": made.about.type[:100],
        "resource_id": made.about.id[:200],
        "is_allowed": decision.is_allowed,
        "reason": decision.reason[:500],
        "needs": sorted(decision.needs),
        "policy_ids": list(decision.policy_ids),
        "version": decision.version,
        # The text of another version is found by its number, and never changes.
        "packaged_digest": (decision.text_digest or None) if decision.version == VERSION else None,
        "is_break_glass": is_break_glass,
        "question": question,
    }
