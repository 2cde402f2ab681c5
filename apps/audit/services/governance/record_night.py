# SPDX-License-Identifier: Apache-2.0
"""Write down that a night was: also one in which nothing was due, or it failed in part."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from apps.audit.domain.governance.errors import RetentionMustBeApplied
from apps.audit.domain.policy_names import CLOSE_NIGHT
from apps.audit.models import RetentionNight
from apps.audit.selectors.governance.in_force import number_in_force
from apps.audit.services.governance.record_run import Applied
from apps.audit.services.record_verb import record_verb
from cortex.canonical_json import canonical_digest
from cortex.database.transactions import transactional
from cortex.ids import uuid7
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from cortex.ports.retention import Forgotten

NIGHT = "audit.retention_night"


@dataclass(frozen=True, slots=True)
class Night:
    """What was applied, and where it failed: in companies, or in kinds that rooms delete themselves.

    `forgotten` are those kinds, and `refused_count` the companies that are only read.
    """

    applied: Sequence[Applied]
    failed: Sequence[UUID | str]
    forgotten: Mapping[str, Forgotten]
    company_count: int
    refused_count: int

    def require_whole(self) -> None:
        """Refuse to pass for done; raises RetentionMustBeApplied."""
        if self.failed:
            raise RetentionMustBeApplied(
                f"Retention: expected every company to be done, got {len(self.failed)} in which it failed, "
                f"first {self.failed[0]}. Look at retention_failed in the log; the next night goes on.",
                evidence={"object": "retention", "got": [str(each) for each in self.failed]},
            )

    @property
    def counts(self) -> dict[str, dict[str, int]]:
        """Return done, held and left of each kind of data that had any, and of each that its room deletes."""
        found: dict[str, dict[str, int]] = defaultdict(lambda: {"done": 0, "held": 0, "left": 0})
        for each in self.applied:
            told = found[each.data]
            told["done"], told["held"] = told["done"] + each.done, told["held"] + each.held
            told["left"] += each.left
        for data, forgotten in self.forgotten.items():
            found[data] = {"done": forgotten.done, "held": forgotten.held, "left": 0}
        return dict(found)


@transactional
def record_night(*, night: Night, applied_by: Principal) -> None:
    """Store the row that people and probes read, and append the leaf with a digest over it."""
    counts = night.counts
    total = {part: sum(each[part] for each in counts.values()) for part in ("done", "held", "left")}
    row = RetentionNight(
        id=uuid7(),
        ran_at=get(Clock).now(),
        version_number=number_in_force(),
        company_count=night.company_count,
        refused_count=night.refused_count,
        failed_count=len(night.failed),
        done_count=total["done"],
        held_count=total["held"],
        left_count=total["left"],
        counts=counts,
    )
    row.save(force_insert=True)
    content = {
        "rules": row.version_number,
        "companies": night.company_count,
        "refused": night.refused_count,
        "failed": len(night.failed),
        "counts": counts,
    }
    record_verb(
        company_id=None,
        actor=applied_by,
        verb=CLOSE_NIGHT,
        object_type=NIGHT,
        object_id=row.id,
        digest=canonical_digest(content),
    )
