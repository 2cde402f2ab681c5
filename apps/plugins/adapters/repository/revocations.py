# SPDX-License-Identifier: Apache-2.0
"""Which bundles the repositories that they came from list no more: what the nightly check of plugins asks."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from apps.plugins.models import FetchedBundle, TrustedRepository


def withdrawn_bundles() -> Mapping[str, str]:
    """Return the SHA-256 (hex) of each bundle that is gone, with a sentence that says where from.

    It asks nobody: `services.repositories.refresh_repositories` did, and wrote down what it found. A
    withdrawal stays noted, also where the repository lists the bundle again.
    """
    rows = FetchedBundle.objects.exclude(gone_at=None).select_related("repository").order_by("id")
    return {row.bundle_digest: _told(row) for row in rows}


def stale_repositories(*, before: datetime) -> Sequence[str]:
    """Return the names of repositories with an address that told nothing since then."""
    rows = TrustedRepository.objects.exclude(url="").order_by("name")
    return [row.name for row in rows if (row.refreshed_at or row.trusted_at) < before]


def _told(row: FetchedBundle) -> str:
    since = row.gone_at.isoformat(timespec="seconds") if row.gone_at else ""
    name = row.repository.name
    return f"Repository {name} lists it no more since {since}: it was withdrawn, or its publisher revoked."
