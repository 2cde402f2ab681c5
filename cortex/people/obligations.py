# SPDX-License-Identifier: Apache-2.0
"""Whether a policy asks somebody for a second factor."""

from uuid import UUID

from cortex.identity.memberships import memberships_of
from cortex.people.actions import LACK_FACTOR
from cortex.ports.authorizer import Authorizer
from cortex.ports.principal import Principal
from cortex.ports.registry import get


def must_have_second_factor(*, user_id: UUID) -> bool:
    """Return whether policy forbids this person, in any company, to be without a second factor."""
    principal = Principal(kind="user", id=str(user_id), user_id=user_id)
    return any(
        not get(Authorizer)
        .decide(principal=principal, action=LACK_FACTOR, company_id=membership.company_id)
        .is_allowed
        for membership in memberships_of(user_id=user_id)
        if membership.company_status == "active"
    )
