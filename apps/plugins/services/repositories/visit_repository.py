# SPDX-License-Identifier: Apache-2.0
"""Visit a trusted repository and keep what was seen, so that nobody can lead this installation back."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from tuf.ngclient import FetcherInterface

from apps.plugins.adapters.repository.client import Seen, Visit, visit
from apps.plugins.adapters.repository.web_source import WebSource
from apps.plugins.domain.repository_errors import (
    RepositoryAddressMustBeAllowed,
    RepositoryMustBeFree,
    RepositoryMustBeTrusted,
)
from apps.plugins.models import FetchedBundle, TrustedRepository
from cortex.database.transactions import transactional
from cortex.ports.clock import Clock
from cortex.ports.registry import get


@contextmanager
def visited(
    repository: TrustedRepository,
    *,
    source: FetcherInterface | None = None,
    base_url: str = "",
    at: datetime | None = None,
) -> Iterator[Visit]:
    """Give the repository as it is now; what was seen of it is kept when the block ends well.

    No transaction is open while it answers. Raises: as `adapters.repository.client.visit`,
    RepositoryMustBeFree.
    """
    if source is None:
        if not repository.url:
            raise RepositoryAddressMustBeAllowed(
                f"Repository {repository.name}: expected an address, got none. Import an archive of it.",
                evidence={"object": repository.name, "remedy": "cortex marketplace import"},
            )
        source = WebSource(allows_private=repository.allows_private_addresses)
    seen = Seen(kept=repository.kept, newest=repository.newest)
    root = repository.root.encode()
    with visit(
        name=repository.name,
        trusted_root=root,
        seen=seen,
        source=source,
        base_url=base_url or repository.url,
        # The clock of the installation, so that the library and we look at one.
        at=at or get(Clock).now(),
    ) as visiting:
        # Before anything is taken from it: what was seen counts even where a file is refused.
        _keep(repository, visiting.seen())
        yield visiting
        # Lists of publishers that were read meanwhile.
        _keep(repository, visiting.seen())


@transactional
def trusted_repository(*, name: str) -> TrustedRepository:
    """Return the repository of this name; raises RepositoryMustBeTrusted."""
    row = TrustedRepository.objects.filter(name=name).first()
    if row is None:
        raise RepositoryMustBeTrusted(
            f"Repository {name[:40]}: expected one that an administrator trusts, got none. "
            "See `cortex marketplace trust`.",
            evidence={"object": name[:40], "remedy": "cortex marketplace trust"},
        )
    return row


@transactional
def note_fetched(*, repository: TrustedRepository, path: str, digest: str) -> None:
    """Remember where a bundle came from, so that each night can ask whether it is still there."""
    FetchedBundle.objects.get_or_create(
        repository=repository,
        bundle_digest=digest,
        defaults={"path": path, "fetched_at": get(Clock).now()},
    )


@transactional
def _keep(repository: TrustedRepository, seen: Seen) -> None:
    row = TrustedRepository.objects.select_for_update().get(id=repository.id)
    if row.newest != repository.newest or row.root != repository.root:
        raise RepositoryMustBeFree(
            f"Repository {row.name}: expected nobody else to visit it meanwhile, got another. Try again.",
            evidence={"object": row.name, "remedy": "try again"},
        )
    row.kept, row.newest, row.refreshed_at = dict(seen.kept), dict(seen.newest), get(Clock).now()
    row.save(update_fields=["kept", "newest", "refreshed_at"])
    repository.kept, repository.newest = row.kept, row.newest
