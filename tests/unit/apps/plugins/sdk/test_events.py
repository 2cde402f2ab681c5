# SPDX-License-Identifier: Apache-2.0
"""What handlers are told of an event is the envelope that is published, and so is what authors test with."""

import json
from datetime import UTC, date, datetime
from importlib.resources import files
from typing import Any
from uuid import UUID

import pytest

from apps.accounting.published import JournalEntryPosted
from cortex.events.envelope import envelope
from cortex_sdk import _handlers, events, testing

ENTRY = UUID("0193b0a0-0000-7000-8000-000000000001")


@pytest.fixture(autouse=True)
def handlers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the handlers of a test be forgotten after it."""
    monkeypatch.setattr(_handlers, "_handlers", {})


@pytest.fixture
def published() -> dict[str, Any]:
    event = JournalEntryPosted(
        aggregate_id=ENTRY,
        journal_id=UUID(int=2),
        number=7,
        accounting_date=date(2026, 1, 31),
        reverses_id=None,
    )
    written = envelope(
        event=event,
        event_id=UUID(int=3),
        company_id=UUID(int=4),
        at=datetime(2026, 1, 31, tzinfo=UTC),
        traceparent=None,
        dataschema="/schemas/x",
    )
    told: dict[str, Any] = json.loads(written)
    return told


class TestEvents:
    def test_name_what_they_are_about(self, published: dict[str, Any]) -> None:
        assert events.subject_id(published) == str(ENTRY)

    def test_of_the_harness_have_the_shape_of_published_ones(self, published: dict[str, Any]) -> None:
        made = testing.event("accounting.journal_entry.posted.v1", about=str(ENTRY), **published["data"])
        assert made.keys() == published.keys()
        same = ("specversion", "type", "subject", "datacontenttype", "data")
        assert {name: made[name] for name in same} == {name: published[name] for name in same}

    def test_that_are_published_are_read_by_what_new_writes(self, published: dict[str, Any]) -> None:
        source = files("apps.plugins").joinpath("sdk", "template", "plugin.txt").read_text("utf-8")
        exec(compile(source, "plugin.py", "exec"), {})
        harness = testing.Harness(
            rows={"accounting.journal_entry": [{"id": str(ENTRY), "number": 7}]},
            settings={"greeting": "Posted"},
        )
        harness.call("on_posted", published)
        assert harness.lines == [("info", "Posted: entry 7 of TEST")]
