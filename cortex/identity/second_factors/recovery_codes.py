# SPDX-License-Identifier: Apache-2.0
"""Codes for the day when a telephone is lost: shown once, stored as digests, each good for one use."""

import base64
import hashlib
import secrets
from datetime import datetime
from uuid import UUID

from allauth.mfa.models import Authenticator

from cortex.database.transactions import transactional
from cortex.identity.accounts import require_own_account
from cortex.identity.credentials import leave_leaf_of_credentials, lock_credentials
from cortex.identity.models import User
from cortex.identity.notices import tell_owner
from cortex.identity.second_factors.stored import RECOVERY
from cortex.ports.principal import Principal

COUNT = 10
# 120 bits, so that a plain digest is enough. Source: ASVS 5.0, 6.5.2.
CODE_BYTES, GROUP = 15, 6
# Base32 has five bits in a letter.
LETTERS = CODE_BYTES * 8 // 5


@transactional
def renew_recovery_codes(*, user: User, at: datetime, actor: Principal) -> list[str]:
    """Return new codes in place of all former ones; raises AccessMustBeGranted, VaultMustBeReachable."""
    require_own_account(user_id=user.id, actor=actor)
    before = lock_credentials(user_id=user.id)
    codes = [_new_code() for _ in range(COUNT)]
    Authenticator.objects.filter(user_id=user.id, type=RECOVERY).delete()
    digests = [_digest(code) for code in codes]
    Authenticator.objects.create(user_id=user.id, type=RECOVERY, data={"digests": digests}, created_at=at)
    leave_leaf_of_credentials(
        verb="identity.recovery_codes.renewed", user_id=user.id, actor=actor, before=before
    )
    tell_owner(user=user, topic="recovery_codes_renewed")
    return codes


def is_shaped_like_a_recovery_code(code: str) -> bool:
    """Tell whether somebody typed a recovery code rather than the six digits of an app."""
    return len(_plain(code)) == LETTERS


@transactional
def is_right_recovery_code(*, user: User, code: str, at: datetime) -> bool:
    """Use the code up and tell whether it was one."""
    row = Authenticator.objects.select_for_update().filter(user_id=user.id, type=RECOVERY).first()
    digest = _digest(code)
    if row is None or digest not in row.data["digests"]:
        return False
    row.data["digests"].remove(digest)
    row.last_used_at = at
    row.save(update_fields=["data", "last_used_at"])
    return True


@transactional
def unused_recovery_codes(*, user_id: UUID) -> int | None:
    """Return how many codes are left, or None when none were ever made."""
    row = Authenticator.objects.filter(user_id=user_id, type=RECOVERY).first()
    return None if row is None else len(row.data["digests"])


def _new_code() -> str:
    text = base64.b32encode(secrets.token_bytes(CODE_BYTES)).decode().lower()
    return "-".join(text[start : start + GROUP] for start in range(0, len(text), GROUP))


def _digest(code: str) -> str:
    return hashlib.sha256(_plain(code).encode()).hexdigest()


def _plain(code: str) -> str:
    return "".join(character for character in code.lower() if character.isalnum())
