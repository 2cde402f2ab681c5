# SPDX-License-Identifier: Apache-2.0
"""Requests over TLS with one of the certificates that a test holds, or none."""

import http.client
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field

from cortex.boot.tls.contexts import TlsFiles, client_context
from cortex.pki.holding import Holding

# A server that refuses a certificate ends the connection; with TLS 1.3 the client learns of it when it reads.
REFUSED = (ssl.SSLError, ConnectionError)
WAIT_SECONDS_MAX = 10.0


@dataclass(frozen=True)
class Visitor:
    """Somebody with a certificate, or None, who believes the authorities of `believes`."""

    held: Holding | None
    believes: Holding
    host: str = "localhost"
    port: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)

    def context(self) -> ssl.SSLContext:
        """Return how this visitor speaks TLS."""
        if self.held is None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.load_verify_locations(self.believes.trust_path)
            return context
        trust = self.believes.trust_path
        return client_context(files=TlsFiles(self.held.certificate_path, self.held.key_path, trust))

    def get(self, path: str, *, headers: Mapping[str, str] | None = None) -> tuple[int, str]:
        """Return status and body; raises one of REFUSED."""
        connection = http.client.HTTPSConnection(
            self.host, self.port, context=self.context(), timeout=WAIT_SECONDS_MAX
        )
        try:
            connection.request("GET", path, headers=dict(headers or {}))
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def is_let_in(self) -> bool:
        """Ask for what everybody may see who gets through the door."""
        try:
            return self.get("/health/live")[0] == http.client.OK
        except REFUSED:
            return False
