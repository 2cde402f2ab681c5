# SPDX-License-Identifier: Apache-2.0
"""How passwords are hashed, how long they may be, and how hard to guess."""

from typing import Any

from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core.exceptions import ValidationError

LENGTH_MIN, LENGTH_MAX = 12, 128
# Guesses of somebody who knows how people choose: names, words, years, keyboards and their combinations.
GUESSES_MIN = 10**8
# What is guessed first at this door. Source: ASVS 5.0, 6.1.2.
CONTEXT_WORDS = ("codexion", "cortex", "ledger", "journal", "bookkeeping", "accounting", "company", "erp")
_ESTIMATED_MAX = 72


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


class GuessableValidator:
    """Refuses what is soon guessed, also from words about this program and the person.

    Lists of common passwords hardly hold one of twelve characters; this looks for what such passwords are
    made of. Source: ASVS 5.0, 6.2.4 and 6.2.11.
    """

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError for a password that less than a hundred million guesses find."""
        from zxcvbn import zxcvbn  # noqa: PLC0415 - its lists are read by whoever sets a password alone

        if not password:
            # The library fails on nothing; that it is too short, the rule on length says.
            return
        # More characters than these take time and make nothing easier to guess.
        estimate = zxcvbn(password[:_ESTIMATED_MAX], user_inputs=[*CONTEXT_WORDS, *_words_about(user)])
        if estimate["guesses"] < GUESSES_MIN:
            hint = estimate["feedback"]["warning"]
            raise ValidationError(f"This password is too easy to guess. {hint}".strip())

    def get_help_text(self) -> str:
        """Return the rule as a page shows it."""
        return (
            "Your password can't be easy to guess: several words that have nothing to do with each other do."
        )


def _words_about(user: Any) -> list[str]:
    told = [str(getattr(user, name, "")) for name in ("username", "full_name", "email")]
    return [
        word for each in told for word in (each, *each.replace("@", " ").replace(".", " ").split()) if word
    ]
