# SPDX-License-Identifier: Apache-2.0
"""What a plugin prints and logs arrives as lines with a level."""

import pytest

from cortex_sdk import _host, log
from cortex_sdk.testing import Harness


@pytest.fixture
def harness(monkeypatch: pytest.MonkeyPatch) -> Harness:
    """Return a host that keeps lines, and let it be forgotten after a test."""
    monkeypatch.setattr(_host, "_hosts", [])
    found = Harness()
    _host.use(found)
    return found


class TestLevels:
    def test_are_those_of_the_functions(self, harness: Harness) -> None:
        log.debug(1)
        log.info("a")
        log.warning(None)
        log.error(ValueError("x"))
        assert harness.lines == [("debug", "1"), ("info", "a"), ("warning", "None"), ("error", "x")]

    def test_say_nothing_outside_of_a_call(
        self, harness: Harness, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setattr(_host, "_hosts", [])
        log.info("while a module is imported")
        assert (harness.lines, capsys.readouterr()) == ([], ("", ""))


class TestLines:
    def test_are_logged_when_they_are_complete(self, harness: Harness) -> None:
        out = log.Lines("info")
        assert out.writable()
        assert out.write("a") == 1
        assert harness.lines == []
        assert out.write("b\nc\n\nd") == 6
        assert harness.lines == [("info", "ab"), ("info", "c"), ("info", "")]
        out.write("\n")
        assert harness.lines[-1] == ("info", "d")

    def test_are_what_print_writes(self, harness: Harness) -> None:
        print("a", 1, file=log.Lines("warning"))
        assert harness.lines == [("warning", "a 1")]

    def test_that_were_begun_are_logged_when_the_call_is_over(self, harness: Harness) -> None:
        out = log.Lines("info")
        print("x", end="", file=out)
        out.end()
        out.end()
        assert harness.lines == [("info", "x")]

    def test_that_never_end_are_cut(self, harness: Harness) -> None:
        out = log.Lines("info")
        out.write("x" * 2_000)
        assert harness.lines == []
        out.write("y" * 3_000)
        assert harness.lines == [("info", "x" * 2_000)]
        out.write("z\n")
        assert harness.lines[1:] == [("info", "z")]

    def test_that_are_too_long_are_cut(self, harness: Harness) -> None:
        log.Lines("info").write("x" * 5_000 + "\n")
        assert harness.lines == [("info", "x" * 2_000)]
