# SPDX-License-Identifier: Apache-2.0
"""Which connections of this process are covered by certificates, and who shows which."""

from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlsplit

from django.conf import settings

from cortex.boot.configuration import current_configuration
from cortex.errors import CortexError
from cortex.pki.expiry import Expiry, expiry_of
from cortex.ports.clock import Clock
from cortex.ports.registry import get

Cover = Literal["both", "server", "local", "open", "unused"]


@dataclass(frozen=True, slots=True)
class Hop:
    """One connection: `both` sides show certificates, the `server` alone, or it never leaves the machine."""

    source: str
    target: str
    place: str
    cover: Cover


def own_certificate() -> Expiry | None:
    """Return what ends first of this process's own files; None without an identity that can be read."""
    try:
        files = settings.TLS_FILES
        return expiry_of(files=files, at=get(Clock).now()) if files is not None else None
    except CortexError:
        return None


def hops() -> list[Hop]:
    """Return the connections of this process as it is configured."""
    return [_visitors(), *_databases(), _broker(), _vault()]


def _visitors() -> Hop:
    tls = current_configuration().tls
    cover: dict[str, Cover] = {"off": "open", "optional": "server", "required": "both"}
    return Hop("visitors, or the proxy before us", "web", "", cover[tls.web_clients])


def _databases() -> list[Hop]:
    return [
        Hop(f"web ({alias})", "PostgreSQL", *_database(settings.DATABASES[alias]))
        for alias in ("default", "service")
    ]


def _database(described: dict[str, Any]) -> tuple[str, Cover]:
    host, options = str(described["HOST"]), described["OPTIONS"]
    if not host or host.startswith("/"):
        return "this machine", "local"
    if options.get("sslmode") not in ("require", "verify-ca", "verify-full"):
        return host, "open"
    return host, "both" if options.get("sslcert") else "server"


def _broker() -> Hop:
    parts = urlsplit(settings.REDIS_URL)
    if parts.scheme == "unix":
        return Hop("web", "Valkey or Redis", "this machine", "local")
    over_tls: Cover = "both" if "ssl_certfile=" in parts.query else "server"
    cover: Cover = over_tls if parts.scheme == "rediss" else "open"
    return Hop("web", "Valkey or Redis", parts.hostname or "", cover)


def _vault() -> Hop:
    secrets = current_configuration().secrets
    if not secrets.vault_address:
        return Hop("web", "vault", "none is configured", "unused")
    parts = urlsplit(secrets.vault_address)
    cover: Cover = "both" if secrets.vault_client_cert else "server"
    return Hop("web", "vault", parts.hostname or "", cover if parts.scheme == "https" else "open")
