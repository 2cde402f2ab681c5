# SPDX-License-Identifier: Apache-2.0
"""Which rules count now, and which versions there are."""

from collections.abc import Sequence
from dataclasses import dataclass

from apps.audit.domain.governance.errors import GovernanceVersionMustExist
from apps.audit.domain.governance.packaged import PACKAGED
from apps.audit.domain.governance.rules import GovernanceRules, parse_rules
from apps.audit.models import GovernanceActivation, GovernanceVersion
from cortex.database.transactions import transactional


@dataclass(frozen=True, slots=True)
class NumberedRules:
    """Rules with the number of their version; 0 are those that the program brings along."""

    number: int
    rules: GovernanceRules


@transactional
def rules_in_force() -> NumberedRules:
    """Return the rules that count now."""
    number = number_in_force()
    return NumberedRules(number, rules_numbered(number=number))


@transactional
def number_in_force() -> int:
    """Return the number of the version that counts now, 0 for what the program brings along."""
    newest = GovernanceActivation.objects.select_related("version").order_by("-id").first()
    return 0 if newest is None or newest.version is None else newest.version.number


@transactional
def rules_numbered(*, number: int) -> GovernanceRules:
    """Return the rules of a version; raises GovernanceVersionMustExist."""
    version = version_numbered(number=number)
    return PACKAGED if version is None else parse_rules(version.text)


@transactional
def version_numbered(*, number: int) -> GovernanceVersion | None:
    """Return the version, None for number 0; raises GovernanceVersionMustExist."""
    if number == 0:
        return None
    version = GovernanceVersion.objects.filter(number=number).first()
    if version is None:
        raise GovernanceVersionMustExist(
            f"Version {number} of the rules: expected a version that was written, got none. List them.",
            evidence={"object": "governance version", "got": number, "remedy": "cortex governance list"},
        )
    return version


@transactional
def versions(*, limit: int = 200) -> Sequence[GovernanceVersion]:
    """Return the versions that were written, newest first."""
    return list(GovernanceVersion.objects.order_by("-number")[:limit])
