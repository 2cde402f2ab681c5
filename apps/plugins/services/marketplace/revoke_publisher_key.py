# SPDX-License-Identifier: Apache-2.0
"""Revoke a key of a publisher, for good: it signs nothing more, and proves nothing for anybody else."""

from apps.plugins.domain.marketplace.publishing_errors import PublisherKeyMustBeProved
from apps.plugins.domain.marketplace.reason import read_reason
from apps.plugins.models import PublisherKey
from apps.plugins.selectors.marketplace.documents import KEY_TYPE, key_digest
from apps.plugins.selectors.marketplace.publishers import found_key
from apps.plugins.services.marketplace.record_verb import record_verb
from apps.plugins.services.marketplace.require_keeper import require_keeper
from cortex.database.transactions import transactional
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get

REVOKE_KEY = "plugins.publisher_key.revoke"


@transactional
def revoke_publisher_key(*, namespace: str, keyid: str, reason: str, revoked_by: Principal) -> PublisherKey:
    """Revoke the key and return it; what it signed and is released stays until it is withdrawn.

    Raises: PublisherMustExist, PublisherKeyMustBeKnown, PublisherKeyMustBeProved where it was revoked before,
    ReasonMustBeGiven, AccessMustBeGranted.
    """
    publisher = require_keeper(namespace=namespace, principal=revoked_by)
    row = found_key(publisher=publisher, keyid=keyid)
    if row.revoked_at is not None:
        raise PublisherKeyMustBeProved(
            f"Key {keyid[:12]} of {namespace}: expected one that is not revoked, got one that is.",
            evidence={"object": keyid, "expected": "a key that is not revoked", "got": "a revoked one"},
        )
    before = key_digest(row)
    row.revoked_reason = read_reason(reason, of=f"the revocation of key {keyid[:12]}")
    row.revoked_by, row.revoked_at = revoked_by.urn, get(Clock).now()
    row.save(update_fields=["revoked_reason", "revoked_by", "revoked_at"])
    record_verb(
        actor=revoked_by,
        verb=REVOKE_KEY,
        object_type=KEY_TYPE,
        object_id=row.id,
        digest=key_digest(row),
        before=before,
    )
    return row
