# SPDX-License-Identifier: Apache-2.0
"""Publish a root that its holders signed, and everything anew under the keys that it names."""

from tuf.api.metadata import Metadata, Root

from apps.plugins.adapters.repository.distinct_keys import public_half
from apps.plugins.adapters.repository.root import read_root, require_root
from apps.plugins.domain.marketplace.errors import RootMustBeNext, RootMustBeWellFormed
from apps.plugins.domain.marketplace.names import ROOT, TOP_LEVEL
from apps.plugins.domain.marketplace.policy_names import INSTALL_ROOT
from apps.plugins.domain.marketplace.signing import ONLINE_ROLES, SignerState
from apps.plugins.models import RepositoryMetadata
from apps.plugins.services.marketplace.publish_metadata import begin_publication, record_signed
from cortex.database.transactions import transactional
from cortex.ports.authorizer import Authorizer
from cortex.ports.principal import Principal
from cortex.ports.registry import get


@transactional
def install_root(*, untrusted_root: bytes, installed_by: Principal) -> RepositoryMetadata:
    """Store the root and sign targets, listings, snapshot and timestamp with the keys that it names.

    Raises: AccessMustBeGranted, RootMustBeWellFormed, RootMustBeSigned, RootMustBeNext, KeysMustDiffer,
    MarketplaceSignerMustAnswer.
    """
    get(Authorizer).require(principal=installed_by, action=INSTALL_ROOT, company_id=None)
    publication = begin_publication(actor=installed_by, needs_root=False)
    row = publication.newest.get(ROOT)
    former = read_root(bytes(row.content)).signed if row else None
    metadata = require_root(untrusted_root, former=former)
    _require_next(metadata, former)
    _require_our_keys(metadata.signed, publication.state)
    if metadata.signed.expires <= publication.now:
        raise _refused_root("an end in the future", metadata.signed.expires.isoformat())
    publication.store_file(ROOT, metadata.signed.version, untrusted_root)
    listings = set(publication.newest) - set(TOP_LEVEL)
    publication.publish(listings=listings, delegated=publication.delegated)
    record_signed(publication)
    return publication.newest[ROOT]


def _require_next(metadata: Metadata[Root], former: Root | None) -> None:
    expected = former.version + 1 if former else 1
    if metadata.signed.version != expected:
        raise RootMustBeNext(
            f"Root: expected version {expected}, got {metadata.signed.version}.",
            evidence={"object": ROOT, "expected": expected, "got": metadata.signed.version},
        )


def _require_our_keys(root: Root, state: SignerState) -> None:
    """Refuse a root with other online keys than the signing service has: nobody could verify anything."""
    for role in ONLINE_ROLES:
        named = [public_half(root.keys[keyid]) for keyid in root.roles[role].keyids]
        if named != [state.keys[role]]:
            raise _refused_root(f"the signing service's key of {role}", "another")


def _refused_root(expected: str, got: str) -> RootMustBeWellFormed:
    return RootMustBeWellFormed(
        f"Root: expected {expected}, got {got}. Make it with `cortex marketplace root` and the keys that "
        "`cortex marketplace online-keys` prints.",
        evidence={"object": ROOT, "expected": expected, "got": got},
    )
