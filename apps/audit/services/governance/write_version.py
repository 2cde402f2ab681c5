# SPDX-License-Identifier: Apache-2.0
"""Keep a text of rules as a new version, which does not count yet."""

from django.db import connection
from django.db.models import Max

from apps.audit.domain.governance.errors import GovernanceMustBeSound
from apps.audit.domain.governance.rules import GovernanceRules, parse_rules
from apps.audit.domain.governance.soundness import problems_of
from apps.audit.domain.policy_names import WRITE_GOVERNANCE
from apps.audit.models import GovernanceVersion
from apps.audit.selectors.governance.program import running_program
from apps.audit.services.record_verb import record_verb
from cortex.database.transactions import transactional
from cortex.ids import uuid7
from cortex.ports.authorizer import Authorizer
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get

VERSION = "audit.governance_version"
NOTE_MAX, PROBLEMS_TOLD_MAX = 500, 20
# Any number will do that nobody else locks: versions are numbered one after the other.
LOCK = 0x0C0127EA


@transactional
def write_version(*, text: str, note: str, written_by: Principal) -> GovernanceVersion:
    """Store the rules under the next number.

    Raises: AccessMustBeGranted, GovernanceMustBeWellFormed, GovernanceMustBeSound.
    """
    get(Authorizer).require(principal=written_by, action=WRITE_GOVERNANCE, company_id=None)
    rules = parse_rules(text)
    require_sound(rules)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    newest = GovernanceVersion.objects.aggregate(newest=Max("number"))["newest"] or 0
    version = GovernanceVersion(
        id=uuid7(),
        number=newest + 1,
        text=rules.canonical,
        digest=rules.digest,
        note=note.strip()[:NOTE_MAX],
        author=written_by.urn,
        created_at=get(Clock).now(),
    )
    version.save(force_insert=True)
    record_verb(
        company_id=None,
        actor=written_by,
        verb=WRITE_GOVERNANCE,
        object_type=VERSION,
        object_id=version.id,
        digest=rules.digest,
    )
    return version


def require_sound(rules: GovernanceRules) -> None:
    """Refuse rules that do not fit the program; raises GovernanceMustBeSound."""
    problems = problems_of(rules, program=running_program())
    if problems:
        raise GovernanceMustBeSound(
            f"Governance rules: {problems[0]} {len(problems)} in all; correct them and write it again.",
            evidence={"object": "governance rules", "got": problems[:PROBLEMS_TOLD_MAX]},
        )
