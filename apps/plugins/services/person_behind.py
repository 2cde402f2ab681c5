# SPDX-License-Identifier: Apache-2.0
"""On whose behalf a plugin acts by itself: whoever installed it, with that person's rights of today."""

from uuid import UUID

from apps.plugins.domain.runtime_errors import PersonMustStandBehind
from apps.plugins.models import Installation
from cortex.database.transactions import transactional
from cortex.identity.memberships import membership_in
from cortex.identity.models import User
from cortex.ports.registry import get
from cortex.ports.second_factors import SecondFactorDuty


@transactional
def person_behind_plugin(*, installation: Installation) -> UUID:
    """Return the person; raises PersonMustStandBehind for who left, was switched off, or owes a factor."""
    user_id, company_id = installation.installed_by_user_id, installation.company_id
    if not User.objects.filter(id=user_id, is_active=True).exists():
        raise _refused(installation, "an active person", "one who was switched off")
    if membership_in(user_id=user_id, company_id=company_id) is None:
        raise _refused(installation, "a member of the company", "one who left it")
    if get(SecondFactorDuty).is_unmet(user_id=user_id):
        raise _refused(installation, "a person with a second factor, which a role of theirs asks for", "none")
    return user_id


def _refused(installation: Installation, expected: str, got: str) -> PersonMustStandBehind:
    return PersonMustStandBehind(
        f"Plugin {installation.plugin_id}: expected {expected} who installed it, got {got}. Let somebody who "
        "answers for it install it anew.",
        evidence={"object": installation.plugin_id, "expected": expected, "got": got},
    )
