# SPDX-License-Identifier: Apache-2.0
"""Passwords: how long, how hashed, how often they may be guessed."""

from datetime import timedelta
from typing import Any

from django.conf import settings

from apps.audit.domain.compliance.probe import Asked, Finding, judged, probe
from cortex.identity import sign_in_attempts

_WANTED = ("CommonPasswordValidator", "GuessableValidator", "UserAttributeSimilarityValidator")


@probe(
    "identity.password_rules",
    title="Passwords are long and not guessable",
    remedy="Restore AUTH_PASSWORD_VALIDATORS of the release.",
    characters=12,
)
def password_rules(asked: Asked) -> Finding:
    """Look at the validators in force."""
    configured: Any = settings.AUTH_PASSWORD_VALIDATORS
    validators = {each["NAME"].rpartition(".")[2]: each for each in configured}
    minimum = validators.get("MinimumLengthValidator", {}).get("OPTIONS", {}).get("min_length", 0)
    missing = [name for name in _WANTED if name not in validators]
    return judged(
        minimum >= asked["characters"] and not missing,
        well=f"Passwords have at least {minimum} characters and are checked for guessability.",
        ill=f"Expected {asked['characters']} characters and all checks, got {minimum}; missing: {missing}.",
        min_length=minimum,
        missing=missing,
    )


@probe(
    "identity.password_hashing",
    title="Passwords are hashed with Argon2id",
    remedy="Restore PASSWORD_HASHERS of the release; people's hashes are renewed when they sign in.",
)
def password_hashing(asked: Asked) -> Finding:
    """Look at the hasher that new passwords get."""
    first = settings.PASSWORD_HASHERS[0]
    return judged(
        "argon2id" in first.lower(),
        well="New passwords are hashed with Argon2id.",
        ill=f"Expected Argon2id, got {first}.",
        hasher=first,
    )


@probe(
    "identity.guessing_is_bounded",
    title="Wrong passwords lead to a pause",
    remedy="Restore the bounds in cortex/identity/sign_in_attempts.py.",
    failures=10,
    minutes=15,
)
def guessing_is_bounded(asked: Asked) -> Finding:
    """Look at how many wrong ones a name may have, and for how long it waits then."""
    failures = sign_in_attempts.name_subject("probe").failures_max
    pause = sign_in_attempts.PAUSE
    return judged(
        failures <= asked["failures"] and pause >= timedelta(minutes=asked["minutes"]),
        well=f"{failures} wrong passwords lead to a pause of {pause}.",
        ill=f"Expected {asked['minutes']} minutes after {asked['failures']}, got {pause} after {failures}.",
        failures_max=failures,
        pause_seconds=int(pause.total_seconds()),
    )
