# SPDX-License-Identifier: Apache-2.0
"""The console script: a refusal is one line, never a traceback."""

import sys
from collections.abc import Sequence

import pytest
from django.core import management
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError

from cortex import cli, confidential
from cortex.errors import NotFound


@pytest.fixture(autouse=True)
def own_way_to_tell_mistakes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the interpreter its own way back after each test."""
    monkeypatch.setattr("sys.excepthook", sys.excepthook)


class TestConsoleScript:
    @pytest.mark.parametrize(
        ("error", "line"),
        [
            (
                NotFound("Company NONE does not exist."),
                "cortex.object_must_exist: Company NONE does not exist.",
            ),
            (
                ImproperlyConfigured("SECRET_KEY: expected a value, got none."),
                (
                    "settings: SECRET_KEY: expected a value, got none."
                    " On one machine, `make run` writes them to .cortex/env."
                ),
            ),
            (
                OperationalError("connection\nfailed."),
                "database: connection failed. Start it with `make up`, or `make run` for everything.",
            ),
            (
                NotFound("No server at redis://:correct-horse@cache."),
                "cortex.object_must_exist: No server at redis://:[secret]@cache.",
            ),
        ],
    )
    def test_tells_what_was_refused_and_the_remedy(
        self, error: Exception, line: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(_words: Sequence[str]) -> None:
            raise error

        monkeypatch.setattr(confidential, "_known", {})
        confidential.remember("correct-horse")
        monkeypatch.setattr("sys.argv", ["cortex", "help"])
        monkeypatch.setattr(management, "execute_from_command_line", refuse)
        with pytest.raises(SystemExit) as exit_:
            cli.main()
        assert exit_.value.code == line

    def test_hands_its_words_to_the_command(self, monkeypatch: pytest.MonkeyPatch) -> None:
        given: list[Sequence[str]] = []
        monkeypatch.setattr(management, "execute_from_command_line", given.append)
        monkeypatch.setattr("sys.argv", ["cortex", "help", "token"])
        cli.main()
        assert given == [["cortex", "help", "token"]]

    def test_reads_logs_without_settings(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setattr("sys.argv", ["cortex", "logs", "keygen"])
        with pytest.raises(SystemExit) as exit_:
            cli.main()
        assert exit_.value.code == 0
        assert len(capsys.readouterr().out) == 44

    def test_prints_no_secret_in_a_traceback(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setattr(confidential, "_known", {})
        confidential.remember("correct-horse")
        monkeypatch.setattr(management, "execute_from_command_line", lambda _words: None)
        monkeypatch.setattr("sys.argv", ["cortex", "help"])
        cli.main()
        mistake = ConnectionError("no answer from redis://:correct-horse@cache")
        sys.excepthook(type(mistake), mistake, None)
        assert capsys.readouterr().err == "ConnectionError: no answer from redis://:[secret]@cache\n"
