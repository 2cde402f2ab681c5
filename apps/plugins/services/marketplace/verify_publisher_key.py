# SPDX-License-Identifier: Apache-2.0
"""Let a key count: whoever names it has signed this publisher's challenge with it."""

from apps.plugins.domain.marketplace.publishing_errors import PublisherKeyMustBeProved
from apps.plugins.models import PublisherKey
from apps.plugins.selectors.marketplace.documents import KEY_TYPE, key_digest
from apps.plugins.selectors.marketplace.publishers import found_key
from apps.plugins.services.marketplace.record_verb import record_verb
from apps.plugins.services.marketplace.require_keeper import require_keeper
from cortex.database.transactions import transactional
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get

VERIFY_KEY = "plugins.publisher_key.verify"


@transactional
def verify_publisher_key(
    *, namespace: str, keyid: str, statement: str, verified_by: Principal
) -> PublisherKey:
    """Mark the key as proved and return it; the challenge counts once.

    Raises: PublisherMustExist, PublisherKeyMustBeKnown, PublisherKeyMustBeProved, AccessMustBeGranted.
    """
    # What signs and verifies loads much that most processes never need.
    from apps.plugins.adapters.signing.publisher_statements import require_challenge_signed  # noqa: PLC0415

    publisher = require_keeper(namespace=namespace, principal=verified_by)
    row = found_key(publisher=publisher, keyid=keyid)
    others = PublisherKey.objects.filter(public_key=row.public_key, verified_at__isnull=False)
    if row.revoked_at is not None or row.verified_at is not None or others.exists():
        raise PublisherKeyMustBeProved(
            f"Key {keyid[:12]} of {namespace}: expected one that waits for its proof, got one that was "
            "proved or revoked before, here or by another publisher. Make a new key.",
            evidence={"object": keyid, "expected": "a key that waits", "remedy": "make a new key"},
        )
    require_challenge_signed(
        untrusted_statement=statement,
        namespace=namespace,
        challenge=row.challenge,
        public_key=row.public_key,
    )
    before = key_digest(row)
    row.verified_at = get(Clock).now()
    row.save(update_fields=["verified_at"])
    record_verb(
        actor=verified_by,
        verb=VERIFY_KEY,
        object_type=KEY_TYPE,
        object_id=row.id,
        digest=key_digest(row),
        before=before,
    )
    return row
