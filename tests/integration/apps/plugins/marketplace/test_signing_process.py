# SPDX-License-Identifier: Apache-2.0
"""Whoever publishes asks over a socket, and gets signatures or the code of the refusal; never a key."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from apps.plugins.adapters.marketplace_signing.socket_signer import SocketSigner
from apps.plugins.domain.bundle import ATTESTATION, unpack_bundle
from apps.plugins.domain.marketplace.errors import MarketplaceSignerMustAccept, MarketplaceSignerMustAnswer
from apps.plugins.management.marketplace_signer.doors import BOUNDS, doors_of
from apps.plugins.services.marketplace.adopt_memory import adopt_memory
from cortex.sockets.unix_socket import listen_at
from tests.factories.marketplace import Marketplace, approved, bundle_of


@pytest.fixture
def signer(shop: Marketplace, tmp_path: Path) -> Iterator[SocketSigner]:
    directory = tmp_path / "run"
    directory.mkdir(mode=0o700)
    server = listen_at(directory / "signer.sock", doors=doors_of(shop.service), bounds=BOUNDS)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield SocketSigner(path=str(directory / "signer.sock"))
    server.shutdown()
    server.server_close()
    thread.join()


class TestSocketSigner:
    def test_tells_keys_and_versions(self, shop: Marketplace, signer: SocketSigner) -> None:
        assert signer.state() == shop.service.state()

    def test_gets_the_reviewers_signature(self, shop: Marketplace, signer: SocketSigner) -> None:
        bundle = bundle_of()
        shop.register.releases[approved(bundle).bundle_digest] = approved(bundle)
        attestation = signer.review(bundle=bundle)
        assert attestation != unpack_bundle(bundle)[ATTESTATION]
        assert attestation == shop.service.review(bundle=bundle)

    def test_is_told_why_not(self, signer: SocketSigner) -> None:
        with pytest.raises(MarketplaceSignerMustAccept) as refusal:
            signer.review(bundle=bundle_of())
        assert refusal.value.evidence["cause"] == "plugins.release_must_be_approved"
        with pytest.raises(MarketplaceSignerMustAccept) as refusal:
            signer.sign(role="timestamp", payload=b"{}")
        assert refusal.value.evidence["cause"] == "plugins.metadata_must_follow_the_rules"

    @pytest.mark.parametrize("path", ["", "/none/signer.sock"])
    def test_says_that_nobody_answers(self, path: str) -> None:
        with pytest.raises(MarketplaceSignerMustAnswer):
            SocketSigner(path=path).state()


class TestAdoptMemory:
    def test_goes_on_with_what_the_database_has(self, shop: Marketplace) -> None:
        shop.release("1.1.0")
        before = shop.memory.read()
        shop.memory.path.unlink()
        adopt_memory(memory=shop.memory, keys=shop.public)
        assert shop.memory.read() == before
        shop.release("1.2.0")
