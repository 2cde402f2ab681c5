# SPDX-License-Identifier: Apache-2.0
"""Hold the rules in force against the program and what is stored; what does not fit is stored and told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import structlog

from apps.audit.domain.governance.errors import GovernanceMustBeWellFormed
from apps.audit.domain.governance.soundness import problems_of
from apps.audit.domain.policy_names import CHECK_GOVERNANCE
from apps.audit.models import GovernanceCheck
from apps.audit.selectors.governance.clear_rows import clear_rows
from apps.audit.selectors.governance.in_force import number_in_force, rules_numbered
from apps.audit.selectors.governance.program import running_program
from apps.audit.services.record_verb import record_verb
from cortex.canonical_json import canonical_digest
from cortex.database.transactions import transactional
from cortex.ids import uuid7
from cortex.ports.authorizer import Authorizer
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get

CHECK, TOLD_MAX = "audit.governance_check", 100
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class CheckedRules:
    """The version in force, what is wrong with it in sentences, and the rows in the clear of each field."""

    number: int
    problems: Sequence[str]
    clear: Mapping[str, int]

    @property
    def clear_count(self) -> int:
        """Return how many rows lie in the clear that should not, of 10,000 at most of each field."""
        return sum(self.clear.values())


@transactional
def check_rules(*, checked_by: Principal) -> CheckedRules:
    """Store the result, append its leaf, and tell the application's log; raises AccessMustBeGranted."""
    get(Authorizer).require(principal=checked_by, action=CHECK_GOVERNANCE, company_id=None)
    number = number_in_force()
    checked = CheckedRules(number, _problems(number), clear_rows())
    _store(checked, checked_by)
    for problem in checked.problems[:TOLD_MAX]:
        _log.error("governance_does_not_fit", version=number, problem=problem)
    for field, count in checked.clear.items():
        if count:
            _log.warning("sealed_field_in_the_clear", field=field, rows=count)
    return checked


def _problems(number: int) -> Sequence[str]:
    try:
        rules = rules_numbered(number=number)
    except GovernanceMustBeWellFormed as error:
        # What an earlier release wrote, or somebody past the program.
        return [error.message]
    return problems_of(rules, program=running_program())


def _store(checked: CheckedRules, checked_by: Principal) -> None:
    told = list(checked.problems[:TOLD_MAX])
    row = GovernanceCheck(
        id=uuid7(),
        checked_at=get(Clock).now(),
        version_number=checked.number,
        problem_count=len(checked.problems),
        problems=told,
        clear_counts=dict(checked.clear),
        clear_count=checked.clear_count,
    )
    row.save(force_insert=True)
    content = {
        "rules": checked.number,
        "count": len(checked.problems),
        "problems": told,
        "clear": dict(checked.clear),
    }
    record_verb(
        company_id=None,
        actor=checked_by,
        verb=CHECK_GOVERNANCE,
        object_type=CHECK,
        object_id=row.id,
        digest=canonical_digest(content),
    )
