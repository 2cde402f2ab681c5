# SPDX-License-Identifier: Apache-2.0
"""Whom the certificate of a request speaks for."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

import pytest

from cortex.boot.tls.contexts import client_context, server_context
from cortex.identity.peer_certificates import (
    HEADER,
    VERDICT,
    ClientCertificateMustBeCurrent,
    ClientCertificateMustComeFromOurProxy,
    peer_certificate,
    read_peer,
)
from cortex.identity.principals import PeerService, principal_of
from tests.frame.authority import Estate, now, tls_files

PROXY = "spiffe://cortex/proxy"


@contextmanager
def brought_by(estate: Estate, service: str) -> Iterator[dict[str, Any]]:
    """Yield a WSGI environment whose connection stands between two real ends."""
    web, other = estate.holding("web"), estate.holding(service)
    ours, theirs = socket.socketpair()
    client = client_context(files=tls_files(other))

    def connect() -> None:
        with client.wrap_socket(theirs, server_hostname="localhost") as connected:
            connected.recv(1)

    thread = threading.Thread(target=connect)
    thread.start()
    context = server_context(files=tls_files(web), clients="required")
    try:
        with context.wrap_socket(ours, server_side=True) as connection:
            yield {"gunicorn.socket": connection}
            connection.sendall(b".")
    finally:
        thread.join()


class TestTheCertificateOfARequest:
    def test_is_none_where_nobody_showed_one(self) -> None:
        assert read_peer(meta={}, trusted_proxies=(), at=now()) is None
        assert peer_certificate(SimpleNamespace()) is None

    def test_is_not_taken_from_a_header_over_a_plain_connection(self, tmp_path: Path) -> None:
        pem = Estate(tmp_path).holding("worker").certificate_path.read_text()
        meta = {HEADER: quote(pem), VERDICT: "SUCCESS"}
        with pytest.raises(ClientCertificateMustComeFromOurProxy):
            read_peer(meta=meta, trusted_proxies=(PROXY,), at=now())

    def test_is_that_of_the_connection(self, tmp_path: Path) -> None:
        with brought_by(Estate(tmp_path), "worker") as meta:
            peer = read_peer(meta=meta, trusted_proxies=(PROXY,), at=now())
        assert peer is not None
        assert peer.spiffe_id == "spiffe://cortex/worker"
        assert len(peer.thumbprint) == 43

    def test_of_our_proxy_speaks_for_none_of_its_visitors(self, tmp_path: Path) -> None:
        with brought_by(Estate(tmp_path), "proxy") as meta:
            assert read_peer(meta=meta, trusted_proxies=(PROXY,), at=now()) is None

    def test_must_not_have_ended_since_the_connection_began(self, tmp_path: Path) -> None:
        with brought_by(Estate(tmp_path), "worker") as meta, pytest.raises(ClientCertificateMustBeCurrent):
            read_peer(meta=meta, trusted_proxies=(), at=now() + timedelta(hours=25))


class TestThePrincipalOfARequest:
    def test_tells_the_certificate_it_came_with(self, tmp_path: Path) -> None:
        with brought_by(Estate(tmp_path), "worker") as meta:
            peer = read_peer(meta=meta, trusted_proxies=(), at=now())
        service = PeerService("scheduler")
        principal = principal_of(SimpleNamespace(auth=service, user=service, peer_certificate=peer))
        assert principal.urn == "service:scheduler"
        assert principal.authentication.certificate == "spiffe://cortex/worker"

    def test_has_no_certificate_without_one(self) -> None:
        service = PeerService("scheduler")
        principal = principal_of(SimpleNamespace(auth=service, user=service))
        assert principal.authentication.certificate is None
