# SPDX-License-Identifier: Apache-2.0
"""Fetch a plugin from a trusted repository and add it, once everything about it was verified."""

from collections.abc import Iterator

from semver import Version
from tuf.api.metadata import TargetFile
from tuf.ngclient import FetcherInterface

from apps.plugins.adapters.repository.client import Visit
from apps.plugins.domain.marketplace.names import STABLE, require_channel, role_of, target_path
from apps.plugins.domain.marketplace.policy_names import FETCH_PLUGIN
from apps.plugins.domain.repository_errors import RepositoryMustHaveTarget
from apps.plugins.models import PluginVersion
from apps.plugins.services.add_version import add_version
from apps.plugins.services.repositories.visit_repository import note_fetched, trusted_repository, visited
from cortex.ports.authorizer import Authorizer
from cortex.ports.principal import Principal
from cortex.ports.registry import get

REPOSITORY = PluginVersion.Origin.REPOSITORY


def fetch_plugin(
    *,
    repository: str,
    plugin_id: str,
    version: str = "",
    channel: str = STABLE,
    fetched_by: Principal,
    source: FetcherInterface | None = None,
) -> PluginVersion:
    """Return the version that was added, the newest of the channel where none is named.

    The repository proves that it is the one that is published; that publisher and reviewer are trusted here,
    `add_version` looks as it does for a file.

    Raises: AccessMustBeGranted, RepositoryMustBeTrusted, RepositoryMustHaveTarget, a refusal of
    `repository_errors` for each attack, and as add_version.
    """
    get(Authorizer).require(principal=fetched_by, action=FETCH_PLUGIN, company_id=None)
    require_channel(channel)
    trusted = trusted_repository(name=repository)
    with visited(trusted, source=source) as visiting:
        target = _target(visiting, repository, plugin_id, version, channel)
        content = visiting.content(target=target)
    added = add_version(untrusted_bundle=content, added_by=fetched_by, origin=REPOSITORY)
    note_fetched(repository=trusted, path=target.path, digest=target.hashes["sha256"])
    return added


def _target(visiting: Visit, repository: str, plugin_id: str, version: str, channel: str) -> TargetFile:
    if version:
        for role in _roles(plugin_id, channel):
            found = visiting.find(path=target_path(role=role, plugin_id=plugin_id, version=version))
            if found is not None and found.custom and found.custom.get("channel") == channel:
                return found
    else:
        for role in _roles(plugin_id, channel):
            if (newest := _newest(visiting, role, plugin_id, channel)) is not None:
                return newest
    wanted = f"{plugin_id[:100]} {version[:64]}".strip()
    raise RepositoryMustHaveTarget(
        f"Repository {repository}: expected {wanted} in {channel}, got none. There is no such version, it "
        "was withdrawn, or its publisher was revoked.",
        evidence={"object": repository, "expected": wanted, "got": "none"},
    )


def _newest(visiting: Visit, role: str, plugin_id: str, channel: str) -> TargetFile | None:
    listing = visiting.listing(role=role)
    found = [
        target
        for path, target in (listing.targets.items() if listing else ())
        if path.startswith(f"{role}/{plugin_id}/") and (target.custom or {}).get("channel") == channel
    ]
    # Who signed wrote the version; it is read here for the order alone.
    return max(found, key=lambda each: Version.parse(each.custom["version"]), default=None)


def _roles(plugin_id: str, channel: str) -> Iterator[str]:
    """Return whose plugin it may be, the closest namespace first; a publisher has two words or more."""
    words = plugin_id.split(".")[:-1]
    for length in range(len(words), 1, -1):
        yield role_of(publisher=".".join(words[:length]), channel=channel)
