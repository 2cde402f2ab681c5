# SPDX-License-Identifier: Apache-2.0
"""TLS as this program speaks it: version 1.3, one private authority, both sides with a certificate."""

import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

# Whether whoever connects must show a certificate, or may.
Clients = Literal["required", "optional"]
HANDSHAKE_SECONDS_MAX = 5.0


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """PEM files: our certificate with its chain, its key, whom we believe, and what those revoked."""

    certificate: Path
    key: Path
    authorities: Path
    revocations: Path | None = None

    @property
    def all(self) -> tuple[Path, ...]:
        """Return every file that there is."""
        given = (self.certificate, self.key, self.authorities, self.revocations)
        return tuple(path for path in given if path is not None)


class BoundedSocket(ssl.SSLSocket):
    """A connection whose handshake has a bound: a visitor who never ends it would hold a thread for ever."""

    def do_handshake(self, block: bool = False) -> None:
        """Agree within the bound, or raise TimeoutError; afterwards the connection is as it was."""
        before = self.gettimeout()
        self.settimeout(HANDSHAKE_SECONDS_MAX)
        try:
            super().do_handshake()
        finally:
            self.settimeout(before)


def server_context(*, files: TlsFiles, clients: Clients) -> ssl.SSLContext:
    """Return what answers connections; raises OSError, ssl.SSLError for files that do not fit."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    _furnish(context, files)
    context.sslsocket_class = BoundedSocket
    context.verify_mode = ssl.CERT_REQUIRED if clients == "required" else ssl.CERT_OPTIONAL
    # A resumed session would bring in a certificate that was revoked, or has ended, since it was checked.
    context.num_tickets = 0
    return context


def client_context(*, files: TlsFiles) -> ssl.SSLContext:
    """Return what connects to our own servers, which must be who their name says; raises like above."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    _furnish(context, files)
    return context


def _furnish(context: ssl.SSLContext, files: TlsFiles) -> None:
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.load_cert_chain(files.certificate, files.key)
    context.load_verify_locations(files.authorities)
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    if files.revocations is not None:
        context.load_verify_locations(files.revocations)
        # A list that is missing or too old refuses everybody: nobody knows who is on the next one.
        context.verify_flags |= ssl.VERIFY_CRL_CHECK_LEAF
