# SPDX-License-Identifier: Apache-2.0
"""How passwords are hashed, and how long they may be."""

from typing import Any

from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core.exceptions import ValidationError

LENGTH_MIN, LENGTH_MAX = 12, 128


class Argon2idHasher(Argon2PasswordHasher):
    """Argon2id at or above what OWASP asks for, on one lane: a flood of sign-ins must not take every core.

    Source: OWASP Password Storage Cheat Sheet (m = 19 MiB, t = 2, p = 1 at least).
    """

    time_cost = 2
    memory_cost = 47_104
    parallelism = 1


class MaximumLengthValidator:
    """Bounds the work that a text of megabytes would cause. Source: ASVS 5.0, 6.2.9 (64 at least)."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError for a password that is too long."""
        if len(password) > LENGTH_MAX:
            raise ValidationError(
                f"This password is too long. It must contain at most {LENGTH_MAX} characters."
            )

    def get_help_text(self) -> str:
        """Return the rule as a page shows it."""
        return f"Your password must contain at most {LENGTH_MAX} characters."
