# SPDX-License-Identifier: Apache-2.0
"""Handlers are called by name, and their authors see their own lines of what went wrong."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from cortex_sdk import Context, Rejected, _handlers, handler

CONTEXT = {"company": "ACME", "plugin": "com.example.x", "version": "1.0.0", "at": "2026-01-01T00:00:00Z"}


@pytest.fixture(autouse=True)
def handlers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the handlers of a test be forgotten after it."""
    monkeypatch.setattr(_handlers, "_handlers", {})
    return


def call(name: str, given: Any = None, **context: Any) -> Any:
    return json.loads(_handlers.call(name, json.dumps({"input": given, "context": {**CONTEXT, **context}})))


class TestHandler:
    def test_is_called_by_its_name_with_input_and_context(self) -> None:
        @handler
        def on_posted(event: Any, context: Context) -> Any:
            return [event, context.company, context.plugin, context.version, context.at, context.settings]

        told = call("on_posted", {"id": 1}, settings={"a": True})
        assert told == {
            "answer": [{"id": 1}, "ACME", "com.example.x", "1.0.0", "2026-01-01T00:00:00Z", {"a": True}]
        }
        assert _handlers.names() == ["on_posted"]

    def test_is_called_by_a_later_host_that_says_more(self) -> None:
        @handler
        def on_posted(_: Any, context: Context) -> Any:
            return context.company

        assert call("on_posted", locale="fr", settings={}) == {"answer": "ACME"}

    def test_stays_an_ordinary_function(self) -> None:
        def on_posted(event: Any, context: Context) -> Any:
            return event

        assert handler(on_posted) is on_posted

    def test_is_refused_a_name_that_another_has(self) -> None:
        def on_posted(event: Any, context: Context) -> Any:
            return event

        handler(on_posted)
        with pytest.raises(ValueError, match="two handlers are named on_posted"):
            handler(on_posted)

    @pytest.mark.parametrize("name", ["", "other", "__class__", "call"])
    def test_of_another_name_is_none(self, name: str) -> None:
        with pytest.raises(KeyError):
            call(name)

    def test_may_answer_with_what_has_a_text(self) -> None:
        @handler
        def on_posted(_: Any, __: Context) -> Any:
            return {"amount": Decimal("1.10"), "path": Path("a")}

        assert call("on_posted") == {"answer": {"amount": "1.10", "path": "a"}}

    def test_of_a_validator_says_no_with_reason_and_remedy(self) -> None:
        @handler
        def on_post(_: Any, __: Context) -> Any:
            raise Rejected("It is Sunday.", remedy="Wait.")

        assert call("on_post") == {"rejected": "It is Sunday.", "remedy": "Wait."}


class TestTold:
    def raised(self) -> BaseException:
        @handler
        def on_posted(event: Any, _: Context) -> Any:
            return event["missing"]

        try:
            call("on_posted", {})
        except KeyError as error:
            return error
        raise AssertionError

    def test_names_type_message_and_the_authors_own_lines(self) -> None:
        told = json.loads(_handlers.told(self.raised()))
        assert told["message"] == "KeyError: 'missing'"
        assert 'return event["missing"]' in told["traceback"]
        assert told["traceback"].endswith("KeyError: 'missing'\n")
        assert "cortex_sdk" not in told["traceback"]

    def test_names_files_as_they_stand_in_the_authors_folder(self) -> None:
        code = compile("raise ValueError('x')", "/3/plugin.py", "exec")
        try:
            exec(code, {})
        except ValueError as error:
            told = json.loads(_handlers.told(error))
        assert 'File "plugin.py", line 1, in <module>' in told["traceback"]

    def test_is_short_however_long_the_exception_is(self) -> None:
        told = json.loads(_handlers.told(ValueError("a" * 10_000)))
        assert (len(told["message"]), len(told["traceback"])) == (500, 3_000)

    def test_of_an_exit_is_told_as_well(self) -> None:
        assert json.loads(_handlers.told(SystemExit(3)))["message"] == "SystemExit: 3"
