# SPDX-License-Identifier: Apache-2.0
"""Check a code that somebody typed, of the app or a recovery code; few wrong ones, then a pause."""

from datetime import datetime

from cortex.identity.authentication import ONE_TIME_PASSWORD
from cortex.identity.models import User
from cortex.identity.password_sign_in import record_failure
from cortex.identity.second_factors.recovery_codes import is_right_recovery_code
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
    is_right = is_right_totp(user=user, code=code, at=at) or is_right_recovery_code(
        user=user, code=code, at=at
    )
    if not is_right:
        record_failure(user_id=user.id)
        raise code_must_be_right()
    forget_attempts(whole=[subject])
    return ONE_TIME_PASSWORD
