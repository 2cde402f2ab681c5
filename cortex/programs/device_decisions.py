# SPDX-License-Identifier: Apache-2.0
"""A person's decision about a device that waits."""

from functools import cache
from typing import Any

from oauth2_provider.models import get_application_model, get_device_grant_model

from cortex.container.providers.buckets import RateLimiter
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from cortex.programs.codes import authorize
from cortex.programs.device_codes import letters_of
from cortex.programs.scopes import allowed_scopes
from cortex.programs.tokens.random_values import checksum_of
from cortex.programs.usable import is_served

GUESSES_PER_MINUTE, GUESSES_AT_ONCE = 6, 12


def waiting_device(*, user_code: str) -> Any:
    """Return the device that waits with this code, or None."""
    return _waiting(get_device_grant_model().objects, user_code)


def decide_device(*, user_code: str, user: Any, is_allowed: bool, decided_by: Principal) -> bool:
    """Store the decision; False when no device waits with this code any more. Call it in a transaction.

    Raises: AccessMustBeGranted, StepUpMustComeFirst.
    """
    grant = _waiting(get_device_grant_model().objects.select_for_update(), user_code)
    application = _served_client(grant)
    if application is None:
        return False
    grant.status = grant.AUTHORIZED if is_allowed else grant.DENIED
    grant.user = user
    grant.save(update_fields=["status", "user"])
    if is_allowed:
        allowed = allowed_scopes(application)
        authorize(
            application=application,
            user=user,
            scopes=[scope for scope in grant.scope.split() if scope in allowed],
            said_by=decided_by,
            code_digest=bytes.fromhex(grant.device_code),
        )
    return True


def guessed_too_often(*, user_id: str, address: str) -> bool:
    """Count a code that was typed, and tell whether there were too many."""
    callers = (f"user:{user_id}", f"address:{address}")
    # Both are counted, whatever the first says.
    taken = [_limiter().take(caller=caller) for caller in callers]
    return not all(each.is_allowed for each in taken)


def _waiting(grants: Any, user_code: str) -> Any:
    found = grants.filter(user_code=checksum_of(letters_of(user_code)), expires__gt=get(Clock).now())
    return found.filter(status=get_device_grant_model().AUTHORIZATION_PENDING).first()


def _served_client(grant: Any) -> Any:
    if grant is None:
        return None
    clients = get_application_model().objects.select_related("program", "user")
    application = clients.filter(client_id=grant.client_id).first()
    return application if application is not None and is_served(application) else None


@cache
def _limiter() -> RateLimiter:
    return RateLimiter(name="oauth-device", per_minute=GUESSES_PER_MINUTE, burst=GUESSES_AT_ONCE)
