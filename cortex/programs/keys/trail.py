# SPDX-License-Identifier: Apache-2.0
"""The leaves of keys that sign tokens: whoever verifies a token by a key that has none was deceived."""

from cortex.canonical_json import canonical_digest
from cortex.ports.principal import Principal
from cortex.programs.log import log_platforms
from cortex.programs.models import SigningKey

SIGNING_KEY = "programs.signing_key"


def key_digest(key: SigningKey) -> str:
    """Return the digest of a published key. That it retires is no verb: the next one does it."""
    content = {
        "kid": key.kid,
        "keeper": key.keeper,
        "key_id": key.key_id,
        "version": key.version,
        "public_key": bytes(key.public_key).hex(),
        "is_withdrawn": key.withdrawn_at is not None,
    }
    return canonical_digest(content)


def log_key(verb: str, key: SigningKey, *, before: str | None, by: Principal) -> None:
    """Append the leaf of a key as it is now; one without a before is new."""
    digest = key_digest(key)
    log_platforms(verb, object_type=SIGNING_KEY, object_id=key.id, digest=digest, before=before, by=by)
