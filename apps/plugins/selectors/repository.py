# SPDX-License-Identifier: Apache-2.0
"""What this installation publishes, as anybody may fetch it."""

import re
from collections.abc import Mapping, Sequence

from django.db.models import F, Max, Window
from django.db.models.functions import Rank

from apps.plugins.domain.marketplace.names import ROOT, TIMESTAMP, is_private
from apps.plugins.models import RepositoryMetadata, RepositoryTarget
from cortex.database.transactions import transactional

_FILE = re.compile(r"(?:([1-9][0-9]{0,8})\.)?([a-z0-9][a-z0-9.-]{0,59})\.json", re.ASCII)
_TARGET = re.compile(
    r"([a-z0-9.-]{1,60}/[a-z0-9.-]{1,100}/)([0-9a-f]{64})\.([A-Za-z0-9.+-]{1,180})", re.ASCII
)


@transactional
def served_metadata(*, name: str) -> tuple[bytes, bool] | None:
    """Return a file of metadata, and whether it never changes; None for whatever is not served.

    `timestamp.json` alone has no version in its name. Private channels are handed out in archives alone.
    """
    found = _FILE.fullmatch(name)
    if found is None:
        return None
    version, role = found[1], found[2]
    if is_private(role) or (version is None) != (role == TIMESTAMP):
        return None
    rows = RepositoryMetadata.objects.filter(role=role)
    row = rows.filter(version=int(version)).first() if version else rows.order_by("-version").first()
    return (bytes(row.content), version is not None) if row else None


@transactional
def served_target(*, name: str) -> bytes | None:
    """Return a bundle by its path with its digest before the last part; None for whatever is not served."""
    found = _TARGET.fullmatch(name)
    if found is None:
        return None
    row = (
        RepositoryTarget.objects.filter(path=found[1] + found[3], bundle_id=found[2], withdrawn_at=None)
        .exclude(channel__startswith="private:")
        .select_related("bundle")
        .first()
    )
    return bytes(row.bundle.content) if row else None


def newest_metadata() -> Mapping[str, RepositoryMetadata]:
    """Return the newest version of each role."""
    ranked = RepositoryMetadata.objects.annotate(
        place=Window(Rank(), partition_by=F("role"), order_by=F("version").desc())
    )
    return {row.role: row for row in ranked.filter(place=1)}


def newest_versions() -> Mapping[str, int]:
    """Return the newest version of each role, without its bytes."""
    rows = RepositoryMetadata.objects.order_by().values("role").annotate(newest=Max("version"))
    return {row["role"]: row["newest"] for row in rows}


def roots() -> Sequence[bytes]:
    """Return all roots, the first first."""
    rows = RepositoryMetadata.objects.filter(role=ROOT).order_by("version")
    return [bytes(row.content) for row in rows]


def listed_targets(*, role: str) -> Sequence[RepositoryTarget]:
    """Return what a role lists."""
    return list(RepositoryTarget.objects.filter(role=role, withdrawn_at=None).order_by("path"))
