# SPDX-License-Identifier: Apache-2.0
"""Take plugins out of an archive, verified offline by the same client as over the network."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from apps.plugins.adapters.repository.archive import BASE_URL, ArchiveSource, unpack_archive
from apps.plugins.domain.marketplace.policy_names import FETCH_PLUGIN
from apps.plugins.domain.repository_errors import RepositoryMustBeFresh
from apps.plugins.models import PluginVersion
from apps.plugins.services.add_version import add_version
from apps.plugins.services.repositories.fetch_plugin import REPOSITORY
from apps.plugins.services.repositories.visit_repository import note_fetched, trusted_repository, visited
from cortex.ports.authorizer import Authorizer
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get

_FILES = "targets/"
AGE_MAX = timedelta(days=30)


def import_archive(
    *, repository: str, untrusted_archive: bytes, imported_by: Principal, fresh_at: datetime | None = None
) -> Sequence[PluginVersion]:
    """Add every bundle of the archive, or none where its metadata or one of them is refused.

    A timestamp holds for a day. Who carries an archive for longer says when it was fresh, and takes the risk
    of what was withdrawn since; it is never older than what was seen before.

    Raises: AccessMustBeGranted, ArchiveMustBeCanonical, RepositoryMustBeFresh, a refusal of
    `repository_errors` for each attack, and as add_version.
    """
    get(Authorizer).require(principal=imported_by, action=FETCH_PLUGIN, company_id=None)
    members = unpack_archive(untrusted_archive)
    trusted = trusted_repository(name=repository)
    at = _moment(fresh_at, get(Clock).now())
    contents: dict[str, bytes] = {}
    with visited(trusted, source=ArchiveSource(members), base_url=BASE_URL, at=at) as visiting:
        for path in _paths(members):
            contents[path] = visiting.content(target=visiting.target(path=path))
    added = []
    for path, content in contents.items():
        version = add_version(untrusted_bundle=content, added_by=imported_by, origin=REPOSITORY)
        note_fetched(repository=trusted, path=path, digest=version.bundle_digest)
        added.append(version)
    return added


def _paths(members: Mapping[str, bytes]) -> list[str]:
    """Return the paths of targets: their files have the digest before the last part."""
    found = []
    for name in members:
        if name.startswith(_FILES):
            head, _, tail = name.removeprefix(_FILES).rpartition("/")
            found.append(f"{head}/{tail.partition('.')[2]}")
    return sorted(found)


def _moment(fresh_at: datetime | None, now: datetime) -> datetime:
    if fresh_at is None or now - AGE_MAX <= fresh_at <= now:
        return fresh_at or now
    raise RepositoryMustBeFresh(
        f"Archive: expected one that was fresh within {AGE_MAX.days} days, got {fresh_at.isoformat()}. "
        "Bring a newer one.",
        evidence={"object": "archive", "expected": AGE_MAX.days, "got": fresh_at.isoformat()},
    )
