# SPDX-License-Identifier: Apache-2.0
"""`cortex plugin prove|pack|attest|publish`: what publishers do towards a marketplace."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from apps.plugins.adapters.building.bill_of_materials import bill_of_materials
from apps.plugins.adapters.marketplace_client import MarketplaceMustAnswer, require_server
from apps.plugins.adapters.signing.keys import signer_of
from apps.plugins.adapters.signing.publisher_statements import (
    require_challenge_signed,
    require_submission_signed,
)
from apps.plugins.adapters.signing.signed_bundle import unsigned_bundle, verify_bundle, with_attestation
from apps.plugins.domain.bundle import BILL, COMPONENT, MANIFEST
from apps.plugins.domain.errors import BundleMustBeAttested
from apps.plugins.domain.marketplace.publishing_errors import SubmissionMustExist
from apps.plugins.domain.marketplace.source_archive import unpack_sources
from apps.plugins.domain.read_manifest import read_manifest
from apps.plugins.management.authoring import main

SOURCE = b"import json\n"
ADDRESS = "https://market.example"


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """Return a place with a folder, a key and a token."""
    main(["new", str(tmp_path / "guard"), "--id", "com.example.guard"])
    (tmp_path / "guard" / "plugin.py").write_bytes(SOURCE)
    main(["keygen", str(tmp_path / "publisher.key")])
    (tmp_path / "token").write_text("secret-token\n")
    capsys.readouterr()
    return tmp_path


def public(desk: Path) -> str:
    return str(signer_of(desk / "publisher.key").public_key.keyval["public"])


def built(desk: Path, source: bytes = SOURCE) -> bytes:
    written = (desk / "guard" / "plugin.yaml").read_bytes()
    bill = bill_of_materials(manifest=read_manifest(written), sources={"plugin.py": source})
    return unsigned_bundle(members={MANIFEST: written, BILL: bill, COMPONENT: b"\0asm"})


class TestProve:
    def test_signs_the_challenge_for_this_publisher(
        self, desk: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        main(["prove", "abc", "--publisher", "com.example", "--key", str(desk / "publisher.key")])
        require_challenge_signed(
            untrusted_statement=capsys.readouterr().out,
            namespace="com.example",
            challenge="abc",
            public_key=public(desk),
        )


class TestPack:
    def test_writes_archive_and_statement(self, desk: Path) -> None:
        words = ["--server", f"{ADDRESS}/", "--key", str(desk / "publisher.key"), "--out", str(desk)]
        main(["pack", str(desk / "guard"), *words])
        archive = (desk / "com.example.guard-0.1.0.sources.zip").read_bytes()
        members = unpack_sources(archive)
        assert sorted(members) == ["plugin.py", "plugin.yaml"]
        assert require_submission_signed(
            untrusted_statement=(desk / "com.example.guard-0.1.0.statement.json").read_text(),
            manifest=read_manifest(members["plugin.yaml"]),
            archive=archive,
            origin=ADDRESS,
            public_keys=[public(desk)],
        )


class TestAttest:
    def test_signs_what_is_of_the_folder(self, desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
        bundle = built(desk)
        attestation = attest(desk, bundle, capsys)
        signed = with_attestation(bundle=bundle, untrusted_attestation=attestation.strip().encode())
        key = signer_of(desk / "publisher.key").public_key
        assert (
            verify_bundle(untrusted_bundle=signed, keys=[key], threshold=1).manifest.id == "com.example.guard"
        )

    def test_signs_nothing_built_of_other_sources(
        self, desk: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        with pytest.raises(BundleMustBeAttested):
            attest(desk, built(desk, b"evil = 1\n"), capsys)


class Market(BaseHTTPRequestHandler):
    """Answers as a marketplace does, and keeps what it was asked."""

    asked: list[tuple[str, str, bytes]] = []
    bundle = b""
    status = 200

    def do_GET(self) -> None:
        """Hand out the bundle."""
        self._answer(self.bundle)

    def do_POST(self) -> None:
        """Take what comes."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.asked.append((self.path, str(self.headers["Authorization"]), body))
        told = {"id": "0193", "state": "checking", "code": "plugins.no", "detail": "Not\x1b[2J this."}
        self._answer(json.dumps(told).encode())

    def _answer(self, content: bytes) -> None:
        self.send_response(self.status)
        self.send_header("Location", "https://evil.example/")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *words: object) -> None:
        """Say nothing."""


@pytest.fixture
def market() -> Iterator[str]:
    Market.asked, Market.status = [], 200
    server = HTTPServer(("127.0.0.1", 0), Market)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


class TestPublish:
    def test_sends_the_folder_in(self, desk: Path, market: str, capsys: pytest.CaptureFixture[str]) -> None:
        publish(desk, market)
        ((path, token, body),) = Market.asked
        assert (path, token) == ("/api/v1/marketplace/submissions", "Bearer secret-token")
        assert b"PK\x03\x04" in body
        assert capsys.readouterr().out.startswith("0193 checking\n")

    def test_confirms_what_was_built_of_it(self, desk: Path, market: str) -> None:
        Market.bundle = built(desk)
        publish(desk, market, "--confirm", "0193-ab")
        ((path, _, body),) = Market.asked
        assert path == "/api/v1/marketplace/submissions/0193-ab:confirm"
        assert json.loads(json.loads(body)["attestation"])["signatures"]

    def test_confirms_nothing_else(self, desk: Path, market: str) -> None:
        Market.bundle = built(desk, b"evil = 1\n")
        with pytest.raises(BundleMustBeAttested):
            publish(desk, market, "--confirm", "0193-ab")
        assert Market.asked == []

    @pytest.mark.parametrize("status", [302, 403, 500])
    def test_tells_a_refusal_on_one_line_and_follows_nobody(
        self, desk: Path, market: str, status: int
    ) -> None:
        Market.status = status
        with pytest.raises(MarketplaceMustAnswer) as refused:
            publish(desk, market)
        assert refused.value.message.isprintable()
        assert len(Market.asked) == 1

    def test_leads_to_no_other_path(self, desk: Path, market: str) -> None:
        with pytest.raises(SubmissionMustExist):
            publish(desk, market, "--confirm", "../../o/token")

    @pytest.mark.parametrize(
        "server",
        [
            "http://market.example",
            "ftp://x",
            "https://",
            "https://a:b@c",
            "https://c?x",
            "https://c:99999",
            "c",
        ],
    )
    def test_hands_its_token_to_nobody_without_tls(self, server: str) -> None:
        with pytest.raises(MarketplaceMustAnswer):
            require_server(server)


def publish(desk: Path, server: str, *words: str) -> None:
    told = ["--server", server, "--key", str(desk / "publisher.key"), "--token-file", str(desk / "token")]
    main(["publish", str(desk / "guard"), *told, *words])


def attest(desk: Path, bundle: bytes, capsys: pytest.CaptureFixture[str]) -> str:
    (desk / "built.cortex-plugin").write_bytes(bundle)
    key = str(desk / "publisher.key")
    main(["attest", str(desk / "built.cortex-plugin"), "--key", key, "--folder", str(desk / "guard")])
    return capsys.readouterr().out
