# SPDX-License-Identifier: Apache-2.0
"""Trust a repository by its root: an administrator brings the file, never the repository itself."""

import re

from apps.plugins.adapters.repository.digests import repository_digest
from apps.plugins.adapters.repository.root import require_root
from apps.plugins.adapters.repository.web_source import require_repository_url
from apps.plugins.domain.marketplace.policy_names import REPOSITORY_TYPE, TRUST_REPOSITORY
from apps.plugins.domain.repository_errors import RepositoryMustBeWellFormed
from apps.plugins.models import TrustedRepository
from apps.plugins.services.marketplace.record_verb import record_verb
from cortex.database.transactions import transactional
from cortex.database.turns import take_turns
from cortex.ports.authorizer import Authorizer
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get

_TRUSTED = ["url", "root", "allows_private_addresses", "trusted_by", "trusted_at", "kept", "newest"]
_NAME = re.compile(r"[a-z][a-z0-9-]{0,39}", re.ASCII)


@transactional
def trust_repository(
    *,
    name: str,
    untrusted_root: bytes,
    trusted_by: Principal,
    url: str = "",
    allows_private_addresses: bool = False,
    begins_anew: bool = False,
) -> TrustedRepository:
    """Store name, address and root; without an address it is for archives alone.

    What was seen of it before stays remembered unless it `begins_anew`, as after a root that was lost.

    Raises: AccessMustBeGranted, RootMustBeWellFormed, RootMustBeSigned, KeysMustDiffer,
    RepositoryAddressMustBeAllowed, RepositoryMustBeWellFormed for a name.
    """
    get(Authorizer).require(principal=trusted_by, action=TRUST_REPOSITORY, company_id=None)
    require_root(untrusted_root, former=None)
    _require_name(name)
    if url:
        require_repository_url(url, allows_private=allows_private_addresses)
    take_turns(REPOSITORY_TYPE, name)
    row = TrustedRepository.objects.filter(name=name).first()
    before = repository_digest(row) if row else None
    row = row or TrustedRepository(name=name)
    row.url, row.root = url, untrusted_root.decode()
    row.allows_private_addresses = allows_private_addresses
    row.trusted_by, row.trusted_at = trusted_by.urn, get(Clock).now()
    # Files that an earlier root led to are fetched again; the versions are what must not be forgotten.
    row.kept, row.newest = {}, {} if begins_anew else row.newest
    # Name and id stay; the database lets nobody change them.
    row.save(update_fields=_TRUSTED if before else None, force_insert=not before)
    record_verb(
        actor=trusted_by,
        verb=TRUST_REPOSITORY,
        object_type=REPOSITORY_TYPE,
        object_id=row.id,
        digest=repository_digest(row),
        before=before,
    )
    return row


def _require_name(name: str) -> None:
    if not _NAME.fullmatch(name):
        raise RepositoryMustBeWellFormed(
            f"Repository {ascii(name)[:60]}: expected small letters, digits and hyphens, 40 at most.",
            evidence={"object": "repository", "got": name[:60]},
        )
