# SPDX-License-Identifier: Apache-2.0
"""Whose signatures count, now."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import QuerySet

from apps.plugins.domain.lifecycle_errors import KeyMustExist
from apps.plugins.domain.policy_names import READ_VERSIONS
from apps.plugins.models import TrustedKey
from cortex.database.transactions import transactional
from cortex.ports.authorizer import Authorizer
from cortex.ports.principal import Principal
from cortex.ports.registry import get

PUBLISHER, REVIEWER = TrustedKey.Role.PUBLISHER, TrustedKey.Role.REVIEWER


@transactional
def keys_that_count(*, publisher: str) -> tuple[Sequence[TrustedKey], Sequence[TrustedKey]]:
    """Return the keys of this very publisher and those of reviewers that were not revoked."""
    rows = TrustedKey.objects.filter(revoked_at=None, publisher__in=["", publisher]).order_by("id")
    return [row for row in rows if row.role == PUBLISHER], [row for row in rows if row.role == REVIEWER]


@transactional
def every_key(*, seen_by: Principal) -> QuerySet[TrustedKey]:
    """Return each key that was ever trusted, the oldest first; raises AccessMustBeGranted."""
    get(Authorizer).require(principal=seen_by, action=READ_VERSIONS, company_id=None)
    return TrustedKey.objects.order_by("id")


@transactional
def key_named(*, keyid: str) -> TrustedKey:
    """Return the key; raises KeyMustExist."""
    found = TrustedKey.objects.filter(keyid=keyid).first()
    if found is None:
        raise KeyMustExist(
            f"Key {keyid[:64]!a}: expected one that was trusted here, got none. Look at the list of keys.",
            evidence={"object": keyid[:64], "remedy": "cortex plugin keys"},
        )
    return found


def locked_key(*, key_id: UUID) -> TrustedKey:
    """Return the key, locked against other verbs; raises KeyMustExist."""
    found = TrustedKey.objects.select_for_update(no_key=True).filter(id=key_id).first()
    if found is None:
        raise KeyMustExist(f"Key {key_id}: expected one that was trusted here, got none.")
    return found
