# SPDX-License-Identifier: Apache-2.0
"""Write down what became of one kind of data of a company in one night."""

from dataclasses import dataclass
from uuid import UUID

from apps.audit.domain.policy_names import APPLY_RETENTION
from apps.audit.models import RetentionRun
from apps.audit.selectors.governance.due_rows import Due
from apps.audit.selectors.governance.in_force import NumberedRules
from apps.audit.services.record_verb import record_verb
from cortex.canonical_json import canonical_digest
from cortex.database.transactions import transactional
from cortex.ids import uuid7
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get

RUN = "audit.retention_run"


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of one kind of data of a company; `left` is due and waits for the next night."""

    company_id: UUID
    data: str
    done: int
    held: int
    left: int


@transactional
def record_run(*, result: Applied, due: Due, rules: NumberedRules, applied_by: Principal) -> None:
    """Store the row that people read, and append the leaf with a digest over the counts."""
    run = RetentionRun(
        id=uuid7(),
        company_id=result.company_id,
        data=result.data,
        version_number=rules.number,
        kept_since_date=due.before,
        done_count=result.done,
        held_count=result.held,
        left_count=result.left,
        ran_at=get(Clock).now(),
    )
    run.save(force_insert=True)
    content = {
        "data": result.data,
        "rules": rules.number,
        "before": due.before.isoformat(),
        "done": result.done,
        "held": result.held,
        "left": result.left,
    }
    record_verb(
        company_id=result.company_id,
        actor=applied_by,
        verb=APPLY_RETENTION,
        object_type=RUN,
        object_id=run.id,
        digest=canonical_digest(content),
    )
