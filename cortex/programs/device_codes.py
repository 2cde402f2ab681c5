# SPDX-License-Identifier: Apache-2.0
"""Device codes: a device asks, a person says yes elsewhere, the device asks again. Source: RFC 8628."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from oauth2_provider.models import get_device_grant_model

from cortex.ports.clock import Clock
from cortex.ports.registry import get
from cortex.programs.codes import locked_authorization
from cortex.programs.scopes import allowed_scopes
from cortex.programs.tokens.random_values import checksum_of, random_token

LIFETIME = timedelta(minutes=10)
INTERVAL_SECONDS = 5
# Consonants alone: no words, nothing that is misread. 20^8 are 34 bits; guesses are bounded besides.
ALPHABET = "BCDFGHJKLMNPQRSTVWXZ"
LETTERS = 8
# How far a person is, in the words of RFC 8628 section 3.5, which are those of the library.
AUTHORIZED, PENDING, DENIED = "authorized", "authorization_pending", "access_denied"
SLOW_DOWN, EXPIRED = "slow_down", "expired_token"


@dataclass(frozen=True, slots=True)
class DeviceCodes:
    """What a device is told: one code to show, one to keep."""

    user_code: str
    device_code: str = field(repr=False)


def issue_device_codes(*, client_id: str, scopes: list[str], at: datetime) -> DeviceCodes:
    """Store the digests of two new codes and return the codes."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(LETTERS))
    codes = DeviceCodes(user_code=f"{letters[:4]}-{letters[4:]}", device_code=random_token())
    get_device_grant_model().objects.create(
        client_id=client_id,
        device_code=checksum_of(codes.device_code),
        user_code=checksum_of(letters),
        scope=" ".join(scopes),
        interval=INTERVAL_SECONDS,
        expires=at + LIFETIME,
    )
    return codes


def letters_of(typed: str) -> str:
    """Return a user code as it is stored, however a person typed it."""
    return "".join(letter for letter in typed.upper() if letter.isalnum())


class DeviceRules:
    """The part of the validator that knows device codes."""

    def validate_device_code(self, client_id: str, device_code: str, request: Any) -> str | None:
        """Tell how far the person is; None for a code that nobody has. A code is good for one answer."""
        rows = get_device_grant_model().objects.select_for_update()
        grant = rows.filter(device_code=checksum_of(device_code), client_id=request.client.client_id).first()
        if grant is None:
            return None
        status = _status(grant, get(Clock).now())
        if status != AUTHORIZED:
            return status
        authorization = locked_authorization(code=device_code, application=request.client)
        grant.delete()
        if authorization is None or authorization.ended_at is not None or not authorization.user.is_active:
            return None
        request.authorization, request.user = authorization, authorization.user
        request.scopes = [each for each in authorization.scopes if each in allowed_scopes(request.client)]
        return status


def _status(grant: Any, now: datetime) -> str:
    if grant.expires <= now:
        return EXPIRED
    if grant.status == grant.AUTHORIZED:
        return AUTHORIZED
    if grant.status != grant.AUTHORIZATION_PENDING:
        return DENIED
    return _pending_or_slower(grant, now)


def _pending_or_slower(grant: Any, now: datetime) -> str:
    """Ask a device that asks too often to wait longer each time. Source: RFC 8628 section 3.5."""
    is_early = now < grant.last_checked + timedelta(seconds=grant.interval - 1)
    grant.last_checked, grant.interval = now, grant.interval + (INTERVAL_SECONDS if is_early else 0)
    type(grant).objects.filter(pk=grant.pk).update(last_checked=now, interval=grant.interval)
    return SLOW_DOWN if is_early else PENDING
