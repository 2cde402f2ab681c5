# SPDX-License-Identifier: Apache-2.0
"""Who gets through the door of the web process, by the certificate alone."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest

from cortex.pki.holding import Holding
from tests.frame.authority import Estate
from tests.frame.https import REFUSED
from tests.frame.web import Web, web

pytestmark = pytest.mark.slow


@dataclass
class Door:
    estate: Estate
    web: Web
    serving: Holding
    worker: Holding
    proxy: Holding
    rogue: Holding
    revoked: Holding


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    directory = tmp_path_factory.mktemp("door")
    estate = Estate(directory)
    serving, worker, proxy = (estate.holding(name) for name in ("web", "worker", "proxy"))
    revoked = estate.holding("leaver")
    rogue = Estate(directory, name="rogue").holding("worker")
    estate.revoke(revoked, tell=(serving,))
    trusted = {"WEB_TRUSTED_PROXIES": "spiffe://cortex/proxy"}
    with web(held=serving, visitor=worker, clients="required", directory=directory, **trusted) as running:
        yield Door(estate, running, serving, worker, proxy, rogue, revoked)


class TestTheDoorOfTheWebProcess:
    def test_lets_in_a_certificate_of_our_authority(self, door: Door) -> None:
        assert door.web.visitor(door.worker, believes=door.serving).is_let_in()

    def test_refuses_one_of_another_authority(self, door: Door) -> None:
        assert not door.web.visitor(door.rogue, believes=door.serving).is_let_in()

    def test_refuses_one_that_has_ended(self, door: Door) -> None:
        ended = door.estate.expired("worker")
        assert not door.web.visitor(ended, believes=door.serving).is_let_in()

    def test_refuses_one_that_was_taken_back(self, door: Door) -> None:
        assert not door.web.visitor(door.revoked, believes=door.serving).is_let_in()

    def test_refuses_whoever_shows_none(self, door: Door) -> None:
        assert not door.web.visitor(None, believes=door.serving).is_let_in()

    def test_is_not_believed_under_another_name(self, door: Door) -> None:
        context = door.web.visitor(door.worker, believes=door.serving).context()
        with (
            pytest.raises(ssl.SSLCertVerificationError, match="Hostname mismatch"),
            socket.create_connection(("127.0.0.1", door.web.port), timeout=5) as plain,
        ):
            context.wrap_socket(plain, server_hostname="database.internal")

    def test_is_not_believed_by_those_of_another_authority(self, door: Door) -> None:
        with pytest.raises(REFUSED, match="CERTIFICATE_VERIFY_FAILED"):
            door.web.visitor(door.worker, believes=door.rogue).get("/health/live")


class TestAVisitorWhoNeverEndsTheHandshake:
    def test_keeps_nobody_else_waiting_for_long(self, door: Door) -> None:
        begun = b"\x16\x03\x01\x02\x00\x01"
        # As many as there are threads.
        with ExitStack() as stack:
            for _ in range(4):
                half = stack.enter_context(socket.create_connection(("127.0.0.1", door.web.port), timeout=5))
                half.sendall(begun)
            assert door.web.visitor(door.worker, believes=door.serving).is_let_in()


class TestAHeaderThatNamesACertificate:
    def test_is_refused_from_whoever_is_no_proxy_of_ours(self, door: Door) -> None:
        status, body = door.web.visitor(door.worker, believes=door.serving).get(
            "/api/v1/companies", headers=_naming(door.proxy)
        )
        assert status == 400
        assert "identity.client_certificate_must_come_from_our_proxy" in body

    def test_is_taken_from_our_proxy(self, door: Door) -> None:
        proxy = door.web.visitor(door.proxy, believes=door.serving)
        assert proxy.get("/health/live", headers=_naming(door.worker))[0] == 200

    def test_is_refused_when_our_proxy_did_not_verify_it(self, door: Door) -> None:
        status, body = door.web.visitor(door.proxy, believes=door.serving).get(
            "/api/v1/companies", headers=_naming(door.rogue, verdict="FAILED:unable to verify")
        )
        assert status == 400
        assert "identity.client_certificate_must_be_readable" in body


def _naming(held: Holding, *, verdict: str = "SUCCESS") -> dict[str, str]:
    pem = Path(held.certificate_path).read_text().partition("-----END")[0] + "-----END CERTIFICATE-----\n"
    return {"X-Client-Cert": quote(pem), "X-Client-Verify": verdict}
