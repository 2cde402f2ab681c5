# SPDX-License-Identifier: Apache-2.0
"""Requests of plugins, read strictly."""

from typing import Any

import pytest

from apps.plugins.domain.host_errors import HostRequestMustBeWellFormed
from apps.plugins.domain.http_request import HttpRequest, read_http_request

URL = "https://api.example.com/in?x=1"


class TestRead:
    def test_returns_what_is_sent(self) -> None:
        told = {
            "method": "POST",
            "url": URL,
            "headers": {"Accept": "text/plain"},
            "secrets": {"Authorization": {"secret": "api-token", "before": "Bearer "}, "X-Key": "key"},
            "body": "ü",
        }
        assert read_http_request(told) == HttpRequest(
            "POST",
            "api.example.com",
            "/in?x=1",
            {"Accept": "text/plain"},
            {"Authorization": ("Bearer ", "api-token"), "X-Key": ("", "key")},
            "ü".encode(),
        )

    @pytest.mark.parametrize(
        "url",
        [
            "http://api.example.com/",
            "https://api.example.com:443/",
            "https://api.example.com:8443/",
            "https://user@api.example.com/",
            "https://api.example.com@evil.example/",
            "https://API.example.com/",
            "https://api.example.com/#x",
            "https://api.example.com\\@evil.example/",
            "https://api.example.com/ x",
            "https://api.example.com/\r\nX: 1",
            "https://[::1]/",
            "//api.example.com/",
            "file:///etc/passwd",
            "https://ëxample.com/",
            "https://[/",
            "",
            None,
            "https://api.example.com/" + "x" * 2_000,
        ],
    )
    def test_refuses_addresses_that_could_be_read_otherwise(self, url: Any) -> None:
        with pytest.raises(HostRequestMustBeWellFormed, match="url"):
            read_http_request({"url": url})

    @pytest.mark.parametrize(
        "more",
        [
            {"method": "TRACE"},
            {"method": "GET\r\n"},
            {"headers": {"Host": "evil.example"}},
            {"headers": {"content-length": "3"}},
            {"headers": {"Transfer-Encoding": "chunked"}},
            {"headers": {"Proxy-Authorization": "x"}},
            {"headers": {"A:b": "x"}},
            {"headers": {"A": "x\r\nB: y"}},
            {"headers": {"A": "ü"}},
            {"headers": {"A": 1}},
            {"headers": {"A": "1", "a": "2"}},
            {"headers": {f"A{number}": "" for number in range(21)}},
            {"headers": []},
            {"headers": {"A": "x"}, "secrets": {"a": "key"}},
            {"secrets": {"Host": "key"}},
            {"secrets": {"A": "../key"}},
            {"secrets": {"A": {"secret": "key"}}},
            {"secrets": {"A": {"secret": "key", "before": "x\n"}}},
            {"secrets": {"A": {"secret": "key", "before": "", "after": ""}}},
            {"body": {"a": 1}},
            {"body": "x" * (256 * 1024 + 1)},
        ],
    )
    def test_refuses_what_would_be_another_message(self, more: dict[str, Any]) -> None:
        with pytest.raises(HostRequestMustBeWellFormed):
            read_http_request({"url": URL, **more})
