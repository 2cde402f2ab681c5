# SPDX-License-Identifier: Apache-2.0
"""Which URLs and addresses webhooks may go to."""

import ipaddress

import pytest
from pytest_django.fixtures import Settings

from cortex.events.webhooks.addresses import (
    Target,
    WebhookUrlMustBeAllowed,
    checked_address,
    is_public,
    parse_target,
)


class TestUrl:
    def test_is_taken_apart(self) -> None:
        assert parse_target("https://hooks.example.com/in?x=1") == Target(
            "https", "hooks.example.com", 443, "/in?x=1"
        )
        assert parse_target("https://[2606:4700::1]:8443").authority == "[2606:4700::1]:8443"
        assert parse_target("https://example.com").authority == "example.com"

    @pytest.mark.parametrize(
        "url",
        [
            "http://example.com/",
            "ftp://example.com/",
            "file:///etc/passwd",
            "https://user:secret@example.com/",
            "https://@example.com/",
            "https:///path",
            "https://example.com/#fragment",
            "https://example.com:99999/",
            "https://example.com/\r\nHost: other",
            "https://example.com/" + "x" * 2000,
            "https://exämple.com/ü",
            "example.com",
            "",
        ],
    )
    def test_of_another_shape_is_refused(self, url: str) -> None:
        with pytest.raises(WebhookUrlMustBeAllowed):
            parse_target(url)

    def test_without_tls_is_allowed_on_request(self, settings: Settings) -> None:
        settings.WEBHOOK_HTTP_ALLOWED = True
        assert parse_target("http://example.com").port == 80


class TestAddress:
    @pytest.mark.parametrize(
        "text",
        [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "fe80::1",
            "fd00::1",
            "ff02::1",
            "::ffff:127.0.0.1",
            "::ffff:169.254.169.254",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "2001:0:1::1",
            "::127.0.0.1",
            "::ffff:0:127.0.0.1",
            "fec0::1",
            "3fff::1",
            "192.0.0.8",
            "192.88.99.1",
            "198.18.0.1",
            "240.0.0.1",
        ],
    )
    def test_of_an_own_network_is_not_public(self, text: str) -> None:
        assert not is_public(ipaddress.ip_address(text))

    @pytest.mark.parametrize("text", ["93.184.215.14", "2606:4700::1111", "::ffff:93.184.215.14"])
    def test_of_the_internet_is_public(self, text: str) -> None:
        assert is_public(ipaddress.ip_address(text))

    # The last ones are 127.0.0.1 as only resolvers read it.
    @pytest.mark.parametrize(
        "host",
        ["localhost", "127.0.0.1", "::1", "127.1", "2130706433", "0x7f000001", "0177.0.0.1"],
    )
    def test_behind_a_name_is_checked(self, host: str) -> None:
        with pytest.raises(WebhookUrlMustBeAllowed, match="public addresses only"):
            checked_address(Target("https", host, 443, "/"))

    def test_is_refused_when_one_of_several_is_private(self, monkeypatch: pytest.MonkeyPatch) -> None:
        answers = [(2, 1, 6, "", (text, 443)) for text in ("93.184.215.14", "10.0.0.1")]
        monkeypatch.setattr("socket.getaddrinfo", lambda *args, **kwargs: answers)
        with pytest.raises(WebhookUrlMustBeAllowed):
            checked_address(Target("https", "example.com", 443, "/"))
