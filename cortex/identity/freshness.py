# SPDX-License-Identifier: Apache-2.0
"""Whether somebody gave a credential just now; asked before the account itself is changed."""

from datetime import datetime, timedelta

from cortex.identity.second_factors.stored import has_second_factor
from cortex.ports.authorizer import StepUpMustComeFirst
from cortex.ports.principal import Principal

FRESH = timedelta(minutes=10)


def require_fresh(*, principal: Principal, at: datetime) -> None:
    """Raise StepUpMustComeFirst unless a credential was given within ten minutes, in a complete sign-in."""
    known = principal.authentication
    is_recent = known.at is not None and timedelta(0) <= at - known.at < FRESH
    is_complete = (
        known.has_second_factor
        or principal.user_id is None
        or not has_second_factor(user_id=principal.user_id)
    )
    if is_recent and is_complete:
        return
    raise StepUpMustComeFirst(
        "Account: expected a credential given within ten minutes, got an older one. Confirm that it is you.",
        evidence={"object": "account", "expected": "a fresh sign-in", "remedy": "confirm that it is you"},
    )
