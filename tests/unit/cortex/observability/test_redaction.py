# SPDX-License-Identifier: Apache-2.0
"""Secrets do not reach the log."""

import io
import json
import logging

import pytest
import structlog

from cortex.confidential import Secret
from cortex.observability.logs import configure
from cortex.observability.redaction import redact, redacted_text


class TestRedaction:
    @pytest.mark.parametrize(
        ("text", "shown"),
        [
            ("Authorization: Bearer abcdef123456", "Authorization: Bearer [redacted]"),
            ("GET /accounts/one-time/a-b_c123/", "GET /accounts/one-time/[redacted]/"),
            (
                "postgresql://cortex_app:hunter2@db/cortex failed",
                "postgresql://cortex_app:[redacted]@db/cortex failed",
            ),
            ("redis://:hunter2@cache:6379/0", "redis://:[redacted]@cache:6379/0"),
            ("grant_type=x&client_secret=hunter2&scope=y", "grant_type=x&client_secret=[redacted]&scope=y"),
            ("nothing to hide at http://127.0.0.1:8000/", "nothing to hide at http://127.0.0.1:8000/"),
        ],
    )
    def test_takes_out_what_looks_like_a_secret(self, text: str, shown: str) -> None:
        assert redacted_text(text) == shown

    def test_takes_out_what_is_named_like_one(self) -> None:
        event = {
            "password": "x",
            "headers": {"Cookie": "sessionid=1", "Accept": "text/html"},
            "API_KEY": b"x",
            "tokens": ["a", "b"],
            "code": 200,
        }
        assert redact(None, "info", event) == {
            "password": "[redacted]",
            "headers": {"Cookie": "[redacted]", "Accept": "text/html"},
            "API_KEY": "[redacted]",
            "tokens": ["[redacted]", "[redacted]"],
            "code": 200,
        }


class TestLogLine:
    @pytest.fixture
    def lines(self, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
        """Log into a text in memory, and give the tests their own logging back afterwards."""
        root = logging.getLogger()
        handlers, level = root.handlers[:], root.level
        stream = io.StringIO()
        monkeypatch.setattr("sys.stderr", stream)
        configure({"level": "INFO"})
        yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
        root.handlers[:] = handlers
        root.setLevel(level)

    def test_is_json_with_the_request_id(self, lines) -> None:  # type: ignore[no-untyped-def]
        with structlog.contextvars.bound_contextvars(request_id="r-1"):
            structlog.get_logger("tests").info("note_written", count=3)
        (line,) = lines()
        assert (line["event"], line["count"], line["request_id"], line["level"]) == (
            "note_written",
            3,
            "r-1",
            "info",
        )

    def test_redacts_what_libraries_say_the_standard_way(self, lines) -> None:  # type: ignore[no-untyped-def]
        logging.getLogger("library").warning(
            "cannot connect to %s", "redis://:hunter2@cache/0", extra={"token": "t"}
        )
        (line,) = lines()
        assert line["event"] == "cannot connect to redis://:[redacted]@cache/0"
        assert line["token"] == "[redacted]"

    def test_redacts_tracebacks(self, lines) -> None:  # type: ignore[no-untyped-def]
        try:
            raise ValueError("Bearer abcdef123456")
        except ValueError:
            structlog.get_logger("tests").exception("failed")
        (line,) = lines()
        assert "abcdef123456" not in line["exception"]
        assert "ValueError" in line["exception"]


class TestObjects:
    def test_show_themselves_without_known_secrets(self) -> None:
        class Login:
            def __repr__(self) -> str:
                return f"Login({'k3pt-fr0m-every-log'!r})"

        Secret("k3pt-fr0m-every-log")
        event = redact(None, "error", {"login": Login(), "seen": {"k3pt-fr0m-every-log": 1}, "count": 2})
        assert event == {"login": "Login('[secret]')", "seen": {"[secret]": 1}, "count": 2}
