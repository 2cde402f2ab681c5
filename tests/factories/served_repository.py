# SPDX-License-Identifier: Apache-2.0
"""A repository as a client gets it: as it is served now, as it was, and as a thief would serve it."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from securesystemslib.signer import Signer
from tuf.api.exceptions import DownloadHTTPError
from tuf.api.metadata import Metadata
from tuf.ngclient import FetcherInterface

from apps.plugins.adapters.marketplace_signing.keeper_signer import KeeperSigner
from apps.plugins.domain.marketplace.signing import KEY_IDS
from apps.plugins.models import RepositoryMetadata, RepositoryTarget
from apps.plugins.selectors.repository import served_metadata, served_target
from cortex.database.transactions import transactional
from tests.factories.marketplace import Marketplace

BASE = "https://plugins.example/"


class Served(FetcherInterface):
    """Serves what the marketplace does, but for what was put in its place."""

    def __init__(self) -> None:
        self.instead: dict[str, bytes | None] = {}

    def _fetch(self, url: str) -> Iterator[bytes]:
        path = url.removeprefix(BASE)
        content = self.instead[path] if path in self.instead else self.now(path)
        if content is None:
            raise DownloadHTTPError("none", 404)
        return iter((content,))

    def now(self, path: str) -> bytes | None:
        """Return what the marketplace serves."""
        kind, _, name = path.partition("/")
        if kind == "targets":
            return served_target(name=name)
        found = served_metadata(name=name)
        return found[0] if found else None

    def hold_back(self) -> None:
        """Serve the timestamp of this moment from now on."""
        self.instead["metadata/timestamp.json"] = self.now("metadata/timestamp.json")


class Mirrored(FetcherInterface):
    """Serves what the marketplace served when it was copied, to whoever looks into another database."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = files

    def _fetch(self, url: str) -> Iterator[bytes]:
        path = url.removeprefix(BASE)
        if path not in self.files:
            raise DownloadHTTPError("none", 404)
        return iter((self.files[path],))


@transactional
def mirrored() -> Mirrored:
    """Copy all that the marketplace of the open database serves now."""
    paths = ["metadata/timestamp.json"]
    paths += [f"metadata/{row.version}.{row.role}.json" for row in RepositoryMetadata.objects.all()]
    for row in RepositoryTarget.objects.all():
        place, _, name = row.path.rpartition("/")
        paths.append(f"targets/{place}/{row.bundle_id}.{name}")
    found = {path: Served().now(path) for path in paths}
    return Mirrored({path: content for path, content in found.items() if content is not None})


class Thief:
    """Has the online keys, and no rules."""

    def __init__(self, shop: Marketplace) -> None:
        self._keys = shop.keys

    def key(self, use: str) -> Signer:
        """Return one of the keys."""
        return KeeperSigner(keys=self._keys, key_id=KEY_IDS[use])

    def forged(self, role: str, change: Callable[[Any], None], *, signer: Signer | None = None) -> bytes:
        """Return the newest metadata of a role with a change, a version more, and a signature."""
        metadata: Metadata[Any] = Metadata.from_bytes(newest(role))
        metadata.signed.version += 1
        change(metadata.signed)
        use = role if role in KEY_IDS else "releases"
        metadata.sign(signer or self.key(use))
        return bytes(metadata.to_bytes())


def newest(role: str) -> bytes:
    """Return the newest file of a role."""
    row = RepositoryMetadata.objects.filter(role=role).order_by("-version").first()
    assert row is not None
    return bytes(row.content)


def version_of(role: str) -> int:
    """Return the newest version of a role."""
    return int(json.loads(newest(role))["signed"]["version"])
