# SPDX-License-Identifier: Apache-2.0
"""Bound the guessing of passwords and codes: few wrong ones per name and per address, then a pause.

Counted in the database, so that a cache that is away, or emptied, bounds as well. An attempt counts before
it is looked at: a hundred at once are a hundred, and not one. What is counted is a keyed digest, and is
the same for names that exist and names that don't.
"""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import connection
from django.utils.crypto import salted_hmac

from cortex.database.transactions import transactional
from cortex.errors import CortexError
from cortex.identity.models import SignInFailure
from cortex.identity.trail import ENTRANCE, leave_leaf
from cortex.ids import uuid7

PAUSE = timedelta(minutes=15)
_COUNT = """
INSERT INTO identity_sign_in_failure AS known (subject, failures, ends_at) VALUES (%s, 1, %s)
    ON CONFLICT (subject) DO UPDATE SET
       failures = CASE WHEN known.ends_at <= %s THEN 1 ELSE known.failures + 1 END,
       -- The pause counts from the last attempt that was looked at: knocking does not prolong it.
       ends_at = CASE WHEN known.ends_at <= %s OR known.failures < %s
                 THEN excluded.ends_at ELSE known.ends_at END
RETURNING failures
"""


class SignInMustNotBeGuessed(CortexError):
    """Too many wrong passwords or codes; the right one must wait as well."""

    code = "identity.sign_in_must_not_be_guessed"
    status = 429
    retry_after_seconds = int(PAUSE.total_seconds())


@dataclass(frozen=True, slots=True)
class Subject:
    """What is guessed at, or from where: its digest, and how many failures it may have."""

    digest: bytes
    failures_max: int


def name_subject(username: str) -> Subject:
    """Return the subject of a name, whoever has it."""
    return Subject(_digest("name", username.casefold()), 10)


def address_subject(address: str) -> Subject:
    """Return the subject of a network address; of IPv6 the part that one customer gets counts.

    Many people sit behind one address of a company, so it may have more failures than a name.
    """
    return Subject(_digest("address", _network(address)), 50)


def code_subject(user_id: object) -> Subject:
    """Return the subject of somebody's codes: six digits bear fewer guesses than a password."""
    return Subject(_digest("code", str(user_id)), 5)


def reset_subject(email: str) -> Subject:
    """Return the subject of links asked for by one address: nobody's mail box is to be filled."""
    return Subject(_digest("reset", email.casefold()), 3)


def federation_subject(address: str) -> Subject:
    """Return the subject of sign-ins through another system that were begun from one address."""
    return Subject(_digest("federation", _network(address)), 100)


def count_attempt(*, subjects: Sequence[Subject], at: datetime, of: str = "wrong passwords or codes") -> None:
    """Count one attempt for each subject; raises SignInMustNotBeGuessed where one had too many."""
    if _count(subjects, at):
        raise SignInMustNotBeGuessed(
            f"Sign-in: too many {of}. Wait {PAUSE // timedelta(minutes=1)} minutes, "
            "use a passkey, or ask for a link.",
            evidence={"object": "sign-in", "expected": "fewer failures", "remedy": "wait"},
        )


@transactional
def forget_attempts(*, whole: Sequence[Subject], once: Sequence[Subject] = ()) -> None:
    """Start counting anew after a success; of `once` only this attempt is taken back."""
    SignInFailure.objects.filter(subject__in=[subject.digest for subject in whole]).delete()
    with connection.cursor() as cursor:
        for subject in once:
            cursor.execute(
                "UPDATE identity_sign_in_failure SET failures = failures - 1"
                " WHERE subject = %s AND failures > 1",
                [subject.digest],
            )


@transactional
def forget_old_attempts(*, at: datetime) -> int:
    """Delete counts that are over and return how many."""
    return SignInFailure.objects.filter(ends_at__lte=at).delete()[0]


@transactional
def _count(subjects: Sequence[Subject], at: datetime) -> bool:
    """Count, and tell whether a limit is passed; the first attempt beyond it leaves the leaf of a pause."""
    is_beyond = False
    # In one order everywhere, so that two sign-ins never wait for each other's rows.
    for subject in sorted(subjects, key=lambda each: each.digest):
        with connection.cursor() as cursor:
            cursor.execute(_COUNT, [subject.digest, at + PAUSE, at, at, subject.failures_max])
            failures: int = cursor.fetchone()[0]
        is_beyond |= failures > subject.failures_max
        if failures == subject.failures_max + 1:
            leave_leaf(
                verb="identity.sign_in.paused",
                object_type="identity.sign_in",
                object_id=uuid7(),
                actor=ENTRANCE,
                digest=sha256(subject.digest).hexdigest(),
            )
    return is_beyond


def _network(address: str) -> str:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)


def _digest(kind: str, text: str) -> bytes:
    # Keyed, since addresses are few enough to be tried one by one.
    return salted_hmac("cortex.identity.sign_in_attempts", f"{kind}:{text}", algorithm="sha256").digest()
