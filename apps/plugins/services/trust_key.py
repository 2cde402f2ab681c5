# SPDX-License-Identifier: Apache-2.0
"""Trust a key that signs plugins."""

from django.db import IntegrityError

from apps.plugins.adapters.digests import key_digest
from apps.plugins.domain.lifecycle_errors import KeyMustBeNew, KeyMustHaveARole
from apps.plugins.domain.policy_names import KEY_TYPE, TRUST_KEY
from apps.plugins.domain.read_manifest import is_publisher
from apps.plugins.models import TrustedKey
from apps.plugins.services.record_verb import record_platform_verb
from cortex.database.transactions import attempt, transactional
from cortex.ports.authorizer import Authorizer
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get


@transactional
def trust_key(*, role: str, publisher: str, untrusted_key: bytes, trusted_by: Principal) -> TrustedKey:
    """Let signatures of this key count from now on: a publisher's below one name, a reviewer's for all.

    A key that was ever trusted, for whatever, is refused: in two roles one person alone could bring a plugin
    in, and one that was revoked is in foreign hands.

    Raises: AccessMustBeGranted, PluginKeyMustBeWellFormed, KeyMustHaveARole, KeyMustBeNew.
    """
    # What signs and verifies loads much that most processes never need.
    from apps.plugins.adapters.signing.keys import public_key_of  # noqa: PLC0415

    get(Authorizer).require(principal=trusted_by, action=TRUST_KEY, company_id=None)
    _require_role(role, publisher)
    key = public_key_of(untrusted_key, place="given")
    row = TrustedKey(
        role=role,
        publisher=publisher,
        keyid=key.keyid,
        # The id follows from the digits as they are written: in capitals, too, it is this one.
        public_key=key.keyval["public"].lower(),
        added_by=trusted_by.urn,
        added_at=get(Clock).now(),
    )
    _insert(row)
    record_platform_verb(
        verb=TRUST_KEY,
        object_type=KEY_TYPE,
        object_id=row.id,
        digest=key_digest(row),
        actor=trusted_by,
        is_new=True,
    )
    return row


def _insert(row: TrustedKey) -> None:
    try:
        attempt(lambda: row.save(force_insert=True))
    except IntegrityError as error:
        raise KeyMustBeNew(
            f"Key {row.keyid[:12]}: expected one that was never trusted here, got one that is or was. "
            "Make a new key: cortex plugin keygen.",
            evidence={"object": row.keyid, "remedy": "make a new key"},
        ) from error


def _require_role(role: str, publisher: str) -> None:
    if role == TrustedKey.Role.PUBLISHER and is_publisher(publisher):
        return
    if role == TrustedKey.Role.REVIEWER and not publisher:
        return
    raise KeyMustHaveARole(
        f"Key: expected a publisher's with its domain reversed, such as com.example, or a reviewer's "
        f"without; got role {role[:20]!a} and publisher {publisher[:60]!a}.",
        evidence={"object": "key", "expected": "publisher or reviewer", "got": role[:20]},
    )
