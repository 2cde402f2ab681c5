# SPDX-License-Identifier: Apache-2.0
"""Bound the guessing of passwords: few wrong ones per name, then a pause."""

import hashlib

from django.core.cache import cache

from cortex.errors import CortexError

FAILURES_MAX = 10
PAUSE_SECONDS = 15 * 60


class SignInMustNotBeGuessed(CortexError):
    """Too many wrong passwords for one name; the right one must wait as well."""

    code = "identity.sign_in_must_not_be_guessed"
    status = 429


def require_few_failures(*, username: str) -> None:
    """Raise SignInMustNotBeGuessed after too many failures; the answer is the same for unknown names."""
    if int(cache.get(_key(username), 0)) >= FAILURES_MAX:
        raise SignInMustNotBeGuessed(
            f"Sign-in: too many wrong passwords. Wait {PAUSE_SECONDS // 60} minutes or ask for a link.",
            evidence={"object": "sign-in", "expected": f"at most {FAILURES_MAX} failures", "remedy": "wait"},
        )


def count_failure(*, username: str) -> None:
    """Count one wrong password for this name."""
    if cache.add(_key(username), 1, PAUSE_SECONDS):
        return
    try:
        cache.incr(_key(username))
    except ValueError:
        # The pause ended between the two calls: this failure is the first of a new count.
        cache.add(_key(username), 1, PAUSE_SECONDS)


def forget_failures(*, username: str) -> None:
    """Start counting anew after a success."""
    cache.delete(_key(username))


def _key(username: str) -> str:
    # A digest, since names may hold what a cache key may not.
    return f"sign-in-failures:{hashlib.sha256(username.encode()).hexdigest()}"
