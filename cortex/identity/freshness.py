# SPDX-License-Identifier: Apache-2.0
"""Whether somebody gave a credential just now: with their second factor, where they have one."""

from datetime import datetime, timedelta
from uuid import UUID

from cortex.identity.second_factors.stored import has_second_factor
from cortex.identity.standing import Standing
from cortex.ports.authorizer import StepUpMustComeFirst
from cortex.ports.principal import CONSOLE, Principal
from cortex.ports.registry import get

# How long a credential counts as given just now.
FRESH_FOR = timedelta(minutes=10)


def is_fresh(*, principal: Principal, at: datetime) -> bool:
    """Return whether a credential was given within ten minutes, or at the console.

    Of somebody with a second factor only that one counts: a password given again proves less than what
    the session began with.
    """
    proof = principal.authentication
    if CONSOLE in proof.methods or _is_recent(proof.factor_at, at):
        return True
    if not _is_recent(proof.at, at):
        return False
    return principal.user_id is None or not _has_factor(principal.user_id)


def require_fresh(*, principal: Principal, at: datetime) -> None:
    """Raise StepUpMustComeFirst unless a credential was given just now, in a complete sign-in."""
    if is_fresh(principal=principal, at=at):
        return
    raise StepUpMustComeFirst(
        "Account: expected a credential given within ten minutes, got an older one. Confirm that it is you.",
        evidence={"object": "account", "expected": "a fresh sign-in", "remedy": "confirm that it is you"},
    )


def _is_recent(given_at: datetime | None, at: datetime) -> bool:
    return given_at is not None and timedelta(0) <= at - given_at <= FRESH_FOR


def _has_factor(user_id: UUID) -> bool:
    known = get(Standing).recalled(
        ("second factor", user_id), read=lambda: has_second_factor(user_id=user_id)
    )
    return bool(known)
