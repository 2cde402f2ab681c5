# SPDX-License-Identifier: Apache-2.0
"""Requests of plugins as they leave: to checked addresses alone, with secrets that never come back."""

import socket
import ssl
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from apps.plugins.adapters.runtime.http_client import Sender
from apps.plugins.domain.host_errors import HttpMustBeAnswered
from apps.plugins.domain.http_request import HttpAnswer, HttpRequest
from cortex.confidential import Secret
from tests.frame.echoing_server import echoing_server
from tests.frame.trickling_server import trickling_server

HOST = "api.example.com"
REQUEST = HttpRequest("POST", HOST, "/in?x=1", {"Accept": "text/plain"}, {}, b'{"a": 1}')
SECRET = Secret("a-token-of-this-test")


@pytest.fixture(scope="module")
def server() -> Iterator[Sender]:
    """One that trusts the echo, and takes loopback for public."""
    with echoing_server(HOST) as (port, context):
        yield Sender(is_allowed=lambda _: True, context=context, port=port)


def resolving(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> list[str]:
    """Let names lead to these addresses, one answer after the other; return who is asked for."""
    asked: list[str] = []
    really = socket.getaddrinfo

    def found(host: str, port: int, *more: Any, **named: Any) -> Any:
        if not host[-1].isalpha():
            # An address, which whoever connects asks about once more.
            return really(host, port, *more, **named)
        asked.append(host)
        answer = answers[min(len(asked), len(answers)) - 1]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in answer]

    monkeypatch.setattr(socket, "getaddrinfo", found)
    return asked


def send(sender: Sender, request: HttpRequest = REQUEST, *, within_ms: int = 5_000) -> HttpAnswer:
    return sender.send(request=request, secrets={"Authorization": ("Bearer ", SECRET)}, within_ms=within_ms)


class TestARequest:
    def test_arrives_whole_and_its_answer_tells_no_secret(
        self, server: Sender, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        resolving(monkeypatch, ["127.0.0.1"])
        answer = send(server)
        told = answer.body.decode()
        assert answer.status == 200
        assert told.startswith("POST /in?x=1\n")
        assert told.endswith('{"a": 1}')
        assert "Host: api.example.com\n" in told
        assert "Authorization: Bearer [secret]" in told
        assert SECRET.reveal() not in told
        assert "Cookie" not in told

    def test_is_told_of_few_headers(self, server: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
        resolving(monkeypatch, ["127.0.0.1"])
        assert sorted(send(server).headers) == ["content-type", "date", "location"]

    def test_follows_no_redirect(self, server: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
        asked = resolving(monkeypatch, ["127.0.0.1"])
        answer = send(server, replace(REQUEST, target="/far"))
        assert (answer.status, answer.headers["location"]) == (302, "https://169.254.169.254/latest")
        assert asked == [HOST]

    def test_resolves_once_and_goes_where_it_was_checked(
        self, server: Sender, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        # A name that leads elsewhere a moment later: the second answer is never asked for.
        asked = resolving(monkeypatch, ["127.0.0.1"], ["10.0.0.1"])
        checked: list[str] = []
        sender = replace(server, is_allowed=lambda address: bool(checked.append(str(address))) or True)
        send(sender)
        assert (asked, checked) == ([HOST], ["127.0.0.1"])


class TestAnAddress:
    @pytest.mark.parametrize(
        "addresses",
        [
            ["127.0.0.1"],
            ["10.1.2.3"],
            ["192.168.0.1"],
            ["169.254.169.254"],
            ["100.64.0.1"],
            ["0.0.0.0"],
            ["::1"],
            ["fe80::1%eth0"],
            ["fd00::1"],
            ["::ffff:127.0.0.1"],
            ["64:ff9b::7f00:1"],
            ["8.8.8.8", "127.0.0.1"],
            [],
        ],
    )
    def test_that_is_not_public_is_not_connected_to(
        self, addresses: list[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        resolving(monkeypatch, addresses)
        monkeypatch.setattr(socket, "create_connection", lambda *_, **__: pytest.fail("connected"))
        with pytest.raises(HttpMustBeAnswered, match="not public"):
            send(Sender())

    def test_with_another_ones_certificate_is_not_spoken_to(
        self, server: Sender, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        resolving(monkeypatch, ["127.0.0.1"])
        with pytest.raises(HttpMustBeAnswered, match="SSLCertVerificationError"):
            send(server, replace(REQUEST, host="other.example.com"))


class TestAnAnswer:
    def test_longer_than_a_mebibyte_is_not_taken(
        self, server: Sender, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        resolving(monkeypatch, ["127.0.0.1"])
        with pytest.raises(HttpMustBeAnswered, match="1048576 bytes"):
            send(server, replace(REQUEST, target="/long"))

    @pytest.mark.parametrize("phase", ["handshake", "head", "body of a told length"])
    def test_that_comes_byte_by_byte_ends_in_time(
        self, phase: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with trickling_server(tmp_path, phase=phase) as (address, authority):
            resolving(monkeypatch, ["127.0.0.1"])
            context = ssl.create_default_context(cafile=str(authority))
            port = int(address.rpartition(":")[2])
            sender = Sender(is_allowed=lambda _: True, context=context, port=port)
            began = time.monotonic()
            with pytest.raises(HttpMustBeAnswered):
                send(sender, replace(REQUEST, host="localhost"), within_ms=500)
            assert time.monotonic() - began < 30

    def test_of_a_resolver_that_says_nothing_is_not_waited_for(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: time.sleep(5) or [])
        with pytest.raises(HttpMustBeAnswered, match="TimeoutError"):
            send(Sender(), within_ms=100)
