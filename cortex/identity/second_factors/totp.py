# SPDX-License-Identifier: Apache-2.0
"""One-time passwords of an app: added after one code was right, each code used once. Source: RFC 6238."""

import hmac
from datetime import datetime
from urllib.parse import quote, urlencode

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, generate_totp_secret, hotp_value

from cortex.database.transactions import transactional
from cortex.errors import Conflict, CortexError
from cortex.identity.accounts import require_own_account
from cortex.identity.credentials import leave_leaf_of_credentials, lock_credentials
from cortex.identity.models import User
from cortex.identity.notices import tell_owner
from cortex.identity.second_factors.sealing import seal, unseal
from cortex.identity.second_factors.stored import TOTP
from cortex.ports.principal import Principal

PERIOD_SECONDS, ISSUER = 30, "Codexion Cortex"
# A clock may go half a minute wrong in each direction. Source: RFC 6238 section 5.2.
STEPS = (-1, 0, 1)


class CodeMustBeRight(CortexError):
    """The code is wrong, too old, or was used before; which of them is not told."""

    code = "identity.code_must_be_right"


class AppMustBeAddedOnce(Conflict):
    """The person has an app for one-time passwords already."""

    code = "identity.app_must_be_added_once"


def new_secret() -> str:
    """Return a new secret of 160 bits in Base32, to be shown once."""
    secret: str = generate_totp_secret()
    return secret


def address_for_apps(*, user: User, secret: str) -> str:
    """Return the address that apps read from a QR code."""
    label = quote(f"{ISSUER}:{user.username}")
    return f"otpauth://totp/{label}?{urlencode({'secret': secret, 'issuer': ISSUER}, quote_via=quote)}"


@transactional
def add_totp(*, user: User, secret: str, code: str, at: datetime, actor: Principal) -> None:
    """Add the app once its code is right, and tell its person.

    Raises: AccessMustBeGranted, CodeMustBeRight, AppMustBeAddedOnce, VaultMustBeReachable.
    """
    require_own_account(user_id=user.id, actor=actor)
    before = lock_credentials(user_id=user.id)
    if Authenticator.objects.filter(user_id=user.id, type=TOTP).exists():
        raise AppMustBeAddedOnce(
            "App: expected none so far, got one. Remove the old one first.",
            evidence={"object": "app", "remedy": "remove the old one first"},
        )
    step = _step_of(secret=secret, code=code, at=at)
    if step is None:
        raise code_must_be_right()
    sealed = seal(user_id=user.id, text=secret)
    Authenticator.objects.create(
        user_id=user.id, type=TOTP, data={"secret": sealed, "last_step": step}, created_at=at
    )
    leave_leaf_of_credentials(verb="identity.totp.added", user_id=user.id, actor=actor, before=before)
    tell_owner(user=user, topic="app_added")


@transactional
def is_right_totp(*, user: User, code: str, at: datetime) -> bool:
    """Use the code up and tell whether it was right: no code of the same or an earlier step counts again."""
    row = Authenticator.objects.select_for_update().filter(user_id=user.id, type=TOTP).first()
    if row is None:
        return False
    step = _step_of(secret=unseal(user_id=user.id, sealed=row.data["secret"]), code=code, at=at)
    if step is None or step <= row.data["last_step"]:
        return False
    row.data["last_step"], row.last_used_at = step, at
    row.save(update_fields=["data", "last_used_at"])
    return True


def code_must_be_right() -> CodeMustBeRight:
    """Return the refusal of a code."""
    return CodeMustBeRight(
        "Code: expected the one that is shown now and was not used yet. Wait for the next one and try again.",
        evidence={"object": "code", "remedy": "wait for the next one"},
    )


def _step_of(*, secret: str, code: str, at: datetime) -> int | None:
    """Return the step whose code this is; every step is compared, so that time tells nothing."""
    given, found = "".join(code.split()).encode(), None
    now = int(at.timestamp()) // PERIOD_SECONDS
    for step in (now + offset for offset in STEPS):
        if hmac.compare_digest(format_hotp_value(hotp_value(secret, step)).encode(), given):
            found = step
    return found
