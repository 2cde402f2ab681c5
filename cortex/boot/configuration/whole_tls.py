# SPDX-License-Identifier: Apache-2.0
"""TLS is configured whole or not at all: half of it would look safe and be open."""

from urllib.parse import urlsplit

from cortex.boot.configuration.errors import ConfigurationRefused, ValueMustBeGiven, ValueMustBeSafe, refusal
from cortex.boot.configuration.model import Configuration

_FILES = "TLS_CERTIFICATE, TLS_KEY and TLS_AUTHORITIES"


def refuse_half(configuration: Configuration) -> None:
    """Raise ValueMustBeGiven for what is missing beside values that mean nothing, or too much, alone."""
    tls, secrets = configuration.tls, configuration.secrets
    if tls.half:
        raise _missing(tls.half, beside=f"the others of {_FILES}")
    for name, value in (("WEB_TRUSTED_PROXIES", tls.trusted_proxies), ("WEB_PEER_SERVICES", tls.services)):
        if value and tls.web_clients == "off":
            raise _missing("WEB_TLS_CLIENTS", beside=name)
    pair = (("VAULT_CLIENT_CERT", secrets.vault_client_cert), ("VAULT_CLIENT_KEY", secrets.vault_client_key))
    for (name, file), (other, beside) in (pair, pair[::-1]):
        if beside and not file:
            raise _missing(name, beside=other)


def refuse_open_connections(configuration: Configuration) -> None:
    """Raise ValueMustBeSafe where a process that has an identity would speak in the open, or to anybody."""
    if configuration.tls.files is None:
        return
    database, broker = configuration.database, configuration.broker
    for name, described in (
        ("DATABASE_URL", database.application),
        ("DATABASE_OWNER_URL", database.owner),
        ("DATABASE_SERVICE_URL", database.service),
    ):
        is_local = described["HOST"].startswith("/")
        if not is_local and described["OPTIONS"].get("sslmode") != "verify-full":
            raise _open(name, expected="sslmode=verify-full beside TLS_CERTIFICATE")
    parts = urlsplit(broker.url.get_secret_value())
    if parts.scheme == "redis":
        raise _open("REDIS_URL", expected="rediss:// beside TLS_CERTIFICATE")
    if "ssl_cert_reqs=" in parts.query and "ssl_cert_reqs=required" not in parts.query:
        raise _open("REDIS_URL", expected="ssl_cert_reqs=required")


def _missing(name: str, *, beside: str) -> ConfigurationRefused:
    remedy = f"Set {name}, or unset the others."
    return refusal(ValueMustBeGiven, name, expected=f"a value beside {beside}, got none", remedy=remedy)


def _open(name: str, *, expected: str) -> ConfigurationRefused:
    return refusal(ValueMustBeSafe, name, expected=expected, remedy="Give this server TLS as well.")
