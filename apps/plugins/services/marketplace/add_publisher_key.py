# SPDX-License-Identifier: Apache-2.0
"""Name a key of a publisher; it counts once it signed the challenge."""

import secrets

from apps.plugins.domain.marketplace.publishing_errors import PublisherKeyMustBeProved
from apps.plugins.models import PublisherKey
from apps.plugins.selectors.marketplace.documents import KEY_TYPE, key_digest
from apps.plugins.services.marketplace.record_verb import record_verb
from apps.plugins.services.marketplace.require_keeper import require_keeper
from cortex.database.transactions import transactional
from cortex.ids import uuid7
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get

ADD_KEY = "plugins.publisher_key.add"
KEYS_MAX = 10
_CHALLENGE_BYTES = 32


@transactional
def add_publisher_key(*, namespace: str, public_key: str, added_by: Principal) -> PublisherKey:
    """Store the key with a challenge and return it; `public_key` is what `cortex plugin keygen` prints.

    Raises: PublisherMustExist, PluginKeyMustBeWellFormed, PublisherKeyMustBeProved where it is known already,
    AccessMustBeGranted.
    """
    # What signs and verifies loads much that most processes never need.
    from apps.plugins.adapters.signing.keys import public_key_of  # noqa: PLC0415

    publisher = require_keeper(namespace=namespace, principal=added_by)
    key = public_key_of(public_key.encode(), place=f"of {namespace}")
    public = str(key.keyval["public"]).lower()
    if PublisherKey.objects.filter(publisher=publisher, public_key=public).exists():
        raise _refused(namespace, "a new key", "one that this publisher named before")
    if PublisherKey.objects.filter(publisher=publisher, revoked_at__isnull=True).count() >= KEYS_MAX:
        raise _refused(namespace, f"at most {KEYS_MAX} keys", "more; revoke one first")
    row = PublisherKey.objects.create(
        id=uuid7(),
        publisher=publisher,
        keyid=key.keyid,
        public_key=public,
        challenge=secrets.token_hex(_CHALLENGE_BYTES),
        added_by=added_by.urn,
        added_at=get(Clock).now(),
    )
    record_verb(actor=added_by, verb=ADD_KEY, object_type=KEY_TYPE, object_id=row.id, digest=key_digest(row))
    return row


def _refused(namespace: str, expected: str, got: str) -> PublisherKeyMustBeProved:
    return PublisherKeyMustBeProved(
        f"Key of {namespace}: expected {expected}, got {got}.",
        evidence={"object": namespace, "expected": expected, "got": got},
    )
