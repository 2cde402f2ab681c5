# SPDX-License-Identifier: Apache-2.0
"""Ask each trusted repository which of its bundles it lists no more, and recall those here."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

import structlog
from tuf.ngclient import FetcherInterface

from apps.plugins.adapters.repository.client import Visit
from apps.plugins.domain.marketplace.policy_names import REFRESH_REPOSITORIES
from apps.plugins.models import FetchedBundle, TrustedRepository
from apps.plugins.services.repositories.visit_repository import visited
from apps.plugins.services.revoke_withdrawn import revoke_withdrawn
from cortex.database.transactions import transactional
from cortex.errors import CortexError
from cortex.ports.authorizer import Authorizer
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What one repository said: bundles that are gone now, or why it could not be asked."""

    repository: str
    gone: tuple[str, ...] = ()
    refusal: str = ""


def refresh_repositories(
    *, refreshed_by: Principal, source: FetcherInterface | None = None
) -> list[Refreshed]:
    """Visit them all; one that refuses or is away hides nothing of the others, and tells of nothing.

    What is gone is revoked and stopped in every company at once, before the nightly check would.

    Raises: AccessMustBeGranted.
    """
    get(Authorizer).require(principal=refreshed_by, action=REFRESH_REPOSITORIES, company_id=None)
    refreshed = [_refreshed(row, source) for row in _repositories() if row.url or source]
    revoke_withdrawn(revoked_by=refreshed_by)
    return refreshed


def _refreshed(repository: TrustedRepository, source: FetcherInterface | None) -> Refreshed:
    try:
        with visited(repository, source=source) as visiting:
            listed = {row.id: _is_listed(visiting, row) for row in _bundles(repository)}
    except CortexError as error:
        _log.warning("repository_not_refreshed", repository=repository.name, code=error.code)
        return Refreshed(repository.name, refusal=error.code)
    return Refreshed(repository.name, gone=_noted(repository, listed))


def _is_listed(visiting: Visit, bundle: FetchedBundle) -> bool:
    target = visiting.find(path=bundle.path)
    return target is not None and target.hashes.get("sha256") == bundle.bundle_digest


@transactional
def _repositories() -> list[TrustedRepository]:
    return list(TrustedRepository.objects.all())


@transactional
def _bundles(repository: TrustedRepository) -> list[FetchedBundle]:
    return list(FetchedBundle.objects.filter(repository=repository))


@transactional
def _noted(repository: TrustedRepository, listed: Mapping[UUID, bool]) -> tuple[str, ...]:
    """Write down what is gone, once, and return all that is."""
    bundles = FetchedBundle.objects.filter(repository=repository)
    missing = [key for key, is_listed in listed.items() if not is_listed]
    bundles.filter(id__in=missing, gone_at=None).update(gone_at=get(Clock).now())
    return tuple(bundles.exclude(gone_at=None).values_list("bundle_digest", flat=True))
