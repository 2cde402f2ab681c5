# SPDX-License-Identifier: Apache-2.0
"""Whether a policy asks somebody for a second factor."""

from uuid import UUID

from cortex.identity.memberships import memberships_of
from cortex.identity.models import User
from cortex.identity.second_factors.stored import has_second_factor
from cortex.identity.users import find_active_person
from cortex.people.actions import LACK_FACTOR, LACK_FACTOR_ON_PLATFORM
from cortex.ports.authorizer import Authorizer
from cortex.ports.principal import Principal
from cortex.ports.registry import get


def must_have_second_factor(*, user: User) -> bool:
    """Return whether policy forbids this person, anywhere, to be without a second factor."""
    principal = Principal.person(user.id)
    decide = get(Authorizer).decide
    # Most people hold no role of the platform: nothing has to be asked for them.
    if (
        user.platform_roles
        and not decide(principal=principal, action=LACK_FACTOR_ON_PLATFORM, company_id=None).is_allowed
    ):
        return True
    return any(
        not decide(principal=principal, action=LACK_FACTOR, company_id=each.company_id).is_allowed
        for each in memberships_of(user_id=user.id)
        if each.company_status == "active"
    )


class PolicyAsksForFactors:
    """Tells the rooms below whether somebody still owes a second factor."""

    def is_unmet(self, *, user_id: UUID) -> bool:
        """Return whether this person must have a second factor and has none."""
        if has_second_factor(user_id=user_id):
            return False
        user = find_active_person(user_id=user_id)
        return user is not None and must_have_second_factor(user=user)
