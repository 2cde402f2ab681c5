# SPDX-License-Identifier: Apache-2.0
"""Check a code that somebody typed, of the app or a recovery code; few wrong ones, then a pause."""

from datetime import datetime

from cortex.identity.authentication import ONE_TIME_PASSWORD
from cortex.identity.models import User
from cortex.identity.password_sign_in import record_failure
from cortex.identity.second_factors.recovery_codes import (
    is_right_recovery_code,
    is_shaped_like_a_recovery_code,
)
from cortex.identity.second_factors.totp import code_must_be_right, is_right_totp
from cortex.identity.sign_in_attempts import code_subject, count_attempt, forget_attempts

CODE_LENGTH_MAX = 60


def prove_with_code(*, user: User, code: str, at: datetime) -> str:
    """Use the code up and return the method that it stands for.

    Raises: CodeMustBeRight, SignInMustNotBeGuessed, VaultMustBeReachable.
    """
    subject = code_subject(user.id)
    count_attempt(subjects=[subject], at=at)
    code = code[:CODE_LENGTH_MAX]
    # Nothing is unsealed for a recovery code: it is for the day when the vault is away, too.
    asked = is_right_recovery_code if is_shaped_like_a_recovery_code(code) else is_right_totp
    try:
        is_right = asked(user=user, code=code, at=at)
    except Exception:
        # An outage says nothing about the code.
        forget_attempts(whole=(), once=[subject])
        raise
    if not is_right:
        record_failure(user_id=user.id)
        raise code_must_be_right()
    forget_attempts(whole=[subject])
    return ONE_TIME_PASSWORD
