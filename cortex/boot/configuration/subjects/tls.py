# SPDX-License-Identifier: Apache-2.0
"""Who this process is on the wire, whom it believes, and what others may say through it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from cortex.boot.configuration.readers import Listed, OneOf, Place, Unexpected
from cortex.boot.configuration.subjects.subject import Subject
from cortex.boot.tls.contexts import TlsFiles
from cortex.boot.tls.spiffe import is_spiffe_id


@dataclass(frozen=True)
class SpiffeIds(Listed):
    """SPIFFE ids, separated by commas."""

    def read(self, given: object) -> tuple[str, ...]:
        """Return the ids."""
        ids = super().read(given)
        if not all(map(is_spiffe_id, ids)):
            raise Unexpected("ids such as spiffe://cortex/proxy, separated by commas")
        return ids


# They stand for whoever has the machine, or for people at the door: no certificate brings so much.
_OF_NO_PEER = frozenset({"console", "entrance", "federation"})


@dataclass(frozen=True)
class ServicesOfPeers(Listed):
    """`spiffe://cortex/worker=scheduler`: which service the holder of a certificate acts as."""

    def read(self, given: object) -> tuple[str, ...]:
        """Return the pairs as they were given."""
        pairs = super().read(given)
        ids = [pair.partition("=")[0] for pair in pairs]
        is_whole = all(
            is_spiffe_id(id_) and pair.partition("=")[2] for id_, pair in zip(ids, pairs, strict=True)
        )
        if not is_whole or len(set(ids)) != len(ids):
            raise Unexpected("pairs such as spiffe://cortex/worker=scheduler, each id once")
        if any(pair.partition("=")[2] in _OF_NO_PEER for pair in pairs):
            raise Unexpected(f"services other than {', '.join(sorted(_OF_NO_PEER))}")
        return pairs


class Tls(Subject):
    """Files of this process's identity; all or none of the first three."""

    certificate: Annotated[str, Place()] = Field("", alias="TLS_CERTIFICATE")
    key: Annotated[str, Place()] = Field("", alias="TLS_KEY")
    authorities: Annotated[str, Place()] = Field("", alias="TLS_AUTHORITIES")
    revocations: Annotated[str, Place()] = Field("", alias="TLS_REVOCATIONS")
    # `off`: a proxy with TLS stands before it, or a Unix socket is enough.
    web_clients: Annotated[str, OneOf(("off", "optional", "required"))] = Field(
        "off", alias="WEB_TLS_CLIENTS"
    )
    trusted_proxies: Annotated[tuple[str, ...], SpiffeIds()] = Field((), alias="WEB_TRUSTED_PROXIES")
    services: Annotated[tuple[str, ...], ServicesOfPeers()] = Field((), alias="WEB_PEER_SERVICES")

    @property
    def files(self) -> TlsFiles | None:
        """The files, or None where this process has no identity."""
        if not (self.certificate and self.key and self.authorities):
            return None
        revocations = Path(self.revocations) if self.revocations else None
        return TlsFiles(Path(self.certificate), Path(self.key), Path(self.authorities), revocations)

    @property
    def half(self) -> str:
        """The name of a value that is missing beside others; empty where all fit."""
        given = {
            "TLS_CERTIFICATE": self.certificate,
            "TLS_KEY": self.key,
            "TLS_AUTHORITIES": self.authorities,
        }
        needs_all = bool(any(given.values()) or self.revocations or self.web_clients != "off")
        return next((name for name, value in given.items() if needs_all and not value), "")

    @property
    def service_of_peer(self) -> Mapping[str, Any]:
        """Which service each id acts as."""
        return dict(pair.split("=", 1) for pair in self.services)
