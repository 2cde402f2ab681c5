# SPDX-License-Identifier: Apache-2.0
"""Take the trust from a key."""

from apps.plugins.adapters.digests import key_digest
from apps.plugins.domain.lifecycle_errors import KeyMustNotBeRevoked
from apps.plugins.domain.policy_names import KEY_TYPE, REVOKE_KEY
from apps.plugins.selectors.trusted_keys import key_named, locked_key
from apps.plugins.selectors.versions import versions_signed_by
from apps.plugins.services.reasons import read_reason
from apps.plugins.services.record_verb import record_platform_verb
from apps.plugins.services.stop_installations import stop_installations
from cortex.database.transactions import transactional
from cortex.ports.authorizer import Authorizer
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get


@transactional
def revoke_key(*, keyid: str, reason: str, revoked_by: Principal) -> int:
    """Let no signature of the key count any more, stop all that it signed in every company at once, and
    return how many installations that were.

    It is for good: a key that was in foreign hands may have signed anything.

    Raises: AccessMustBeGranted, ReasonMustBeGiven, KeyMustExist, KeyMustNotBeRevoked.
    """
    get(Authorizer).require(principal=revoked_by, action=REVOKE_KEY, company_id=None)
    reason = read_reason(reason)
    key = locked_key(key_id=key_named(keyid=keyid).id)
    if key.revoked_at is not None:
        raise KeyMustNotBeRevoked(
            f"Key {keyid[:12]}: expected one that counts, got one that was revoked at {key.revoked_at}.",
            evidence={"object": keyid, "expected": "not revoked", "got": str(key.revoked_at)},
        )
    before = key_digest(key)
    key.revoked_at, key.revoked_reason = get(Clock).now(), reason
    key.save(update_fields=["revoked_at", "revoked_reason"])
    record_platform_verb(
        verb=REVOKE_KEY,
        object_type=KEY_TYPE,
        object_id=key.id,
        digest=key_digest(key),
        before=before,
        actor=revoked_by,
    )
    told = f"Key {keyid[:12]}, which signed it, was revoked: {reason}"
    signed = [version.id for version in versions_signed_by(keyid=keyid)]
    return stop_installations(version_ids=signed, reason=told[:500], stopped_by=revoked_by)
