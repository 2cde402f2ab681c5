# SPDX-License-Identifier: Apache-2.0
"""Make the signing service's memory anew of what the database has: for the day on which it was lost.

The service believes the database then, as it never does otherwise. An operator asks for it, at its start.
"""

from collections.abc import Mapping

from tuf.api.metadata import Metadata, Snapshot

from apps.plugins.adapters.marketplace_signing.memory import MemoryFile
from apps.plugins.domain.marketplace.names import ROOT, SNAPSHOT
from apps.plugins.domain.marketplace.signer_memory import Released, Remembered
from apps.plugins.models import RepositoryTarget
from apps.plugins.selectors.repository import newest_metadata
from cortex.database.transactions import transactional


@transactional
def adopt_memory(*, memory: MemoryFile, keys: Mapping[str, str]) -> None:
    """Write a memory in which everything that is stored was signed, and nothing else."""
    newest = newest_metadata()
    released = {row.path: _released(row) for row in RepositoryTarget.objects.select_related("bundle")}
    listed: dict[str, list[str]] = {}
    for row in RepositoryTarget.objects.filter(withdrawn_at=None).order_by("path"):
        listed.setdefault(row.role, []).append(row.path)
    in_snapshot: dict[str, int] = {}
    if SNAPSHOT in newest:
        snapshot = Metadata[Snapshot].from_bytes(bytes(newest[SNAPSHOT].content)).signed
        in_snapshot = {name.removesuffix(".json"): meta.version for name, meta in snapshot.meta.items()}
    memory.write(
        Remembered(
            keys=keys,
            # The root is its holders', and never signed here.
            versions={role: row.version for role, row in newest.items() if role != ROOT},
            in_snapshot=in_snapshot,
            listed={role: tuple(paths) for role, paths in listed.items()},
            released=released,
        )
    )


def _released(row: RepositoryTarget) -> Released:
    return Released(
        sha256=row.bundle_id,
        length=len(row.bundle.content),
        plugin_id=row.plugin_id,
        version=row.version,
        channel=row.channel,
        custom=row.custom,
        is_withdrawn=row.withdrawn_at is not None,
    )
