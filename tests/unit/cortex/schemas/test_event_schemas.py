# SPDX-License-Identifier: Apache-2.0
"""The schema of an event is committed beside its class, and a change that breaks somebody is refused."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar

import pytest

from cortex.ports.event_bus import Event
from cortex.schemas.event_schemas import (
    event_classes,
    folder_of,
    problems_of,
    published_schemas,
    schema_of,
    write_schema,
)

Define = Callable[..., type[Event]]


@pytest.fixture
def define(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Define:
    """Return a maker of the event `testing.bill.sent.v1`, as one release after another defines it."""
    module = ModuleType("testing_published")
    module.__file__ = str(tmp_path / "published.py")
    monkeypatch.setitem(sys.modules, module.__name__, module)

    def defined(note: str = "A bill was sent.", **fields: Any) -> type[Event]:
        defaults = {name: value[1] for name, value in fields.items() if isinstance(value, tuple)}
        types = {name: value[0] if isinstance(value, tuple) else value for name, value in fields.items()}
        members: dict[str, Any] = {
            "__module__": module.__name__,
            "__doc__": note,
            "__annotations__": {"event_type": ClassVar[str], "aggregate_type": ClassVar[str], **types},
            "event_type": "testing.bill.sent.v1",
            "aggregate_type": "testing.bill",
            **defaults,
        }
        return type("BillSent", (Event,), members)

    return defined


def problems(event_class: type[Event]) -> str:
    return " ".join(problems_of(event_class))


class TestCommittedSchemas:
    def test_of_every_event_agree_with_its_class(self) -> None:
        assert len(event_classes()) >= 6
        assert [problem for each in event_classes() for problem in problems_of(each)] == []

    def test_belong_to_an_event_each(self) -> None:
        folders = {folder_of(each) for each in event_classes()}
        strays = [
            path
            for parent in {folder.parent for folder in folders}
            for path in parent.iterdir()
            if path not in folders
        ]
        assert strays == []

    def test_hold_what_is_checked_and_no_words_for_people(self, define: Define) -> None:
        assert json.loads(schema_of(define(title=str))) == {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "type": "object",
            "properties": {"aggregate_id": {"type": "string", "format": "uuid"}, "title": {"type": "string"}},
            "required": ["aggregate_id", "title"],
            "additionalProperties": False,
        }


class TestChange:
    def test_of_words_changes_nothing(self, define: Define) -> None:
        assert write_schema(define(number=int)) is not None
        assert write_schema(define("It was sent by post.", number=int)) is None

    def test_that_was_not_committed_is_found_and_told_what_to_do(self, define: Define) -> None:
        assert "Run `cortex schemas write`" in problems(define(number=int))
        write_schema(define(number=int))
        assert problems(define(number=int)) == ""
        assert "Run `cortex schemas write`" in problems(define(number=int, remark=(str, "")))

    def test_that_adds_what_may_be_missing_is_the_next_version(self, define: Define) -> None:
        write_schema(define(number=int))
        wider = define(number=int, remark=(str, ""))
        write_schema(wider)
        assert [version.number for version in published_schemas(wider)] == [1, 2]
        assert problems(wider) == ""

    @pytest.mark.parametrize(
        ("fields", "reason"),
        [
            ({}, "stored events could not be read"),
            ({"number": str}, "stored events could not be read"),
            ({"number": int, "due": str}, "'due' may be missing"),
            ({"number": (int, 0)}, "receivers would fail: /: required: 'number' may be missing"),
            ({"number": int | None}, "receivers would fail: /properties/number"),
            ({"renamed": int}, "stored events could not be read"),
        ],
        ids=["removed", "another type", "added and required", "no longer certain", "nullable", "renamed"],
    )
    def test_that_breaks_somebody_needs_a_new_event_type(
        self, define: Define, fields: dict[str, Any], reason: str
    ) -> None:
        write_schema(define(number=int))
        changed = define(**fields)
        write_schema(changed)
        assert reason in problems(changed)
        assert "publish the new form as a new event type, testing.bill.sent.v2." in problems(changed)

    def test_cannot_be_hidden_by_removing_a_version(self, define: Define) -> None:
        write_schema(define(number=int))
        wider = define(number=int, remark=(str, ""))
        write_schema(wider)
        (folder_of(wider) / "1.json").unlink()
        assert "a committed schema is missing" in problems(wider)
