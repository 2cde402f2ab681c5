# SPDX-License-Identifier: Apache-2.0
"""Authors try handlers in ordinary Python: the harness answers as a host that grants everything."""

from typing import Any

import pytest

from cortex_sdk import Context, Refused, Rejected, _handlers, _host, data, events, handler, log, store
from cortex_sdk.testing import Harness

ENTRIES = [
    {"id": "a", "number": 1, "date": "2026-01-01"},
    {"id": "b", "number": 2, "date": "2026-02-01"},
    {"id": "c", "number": 3, "date": "2026-03-01"},
]


@pytest.fixture(autouse=True)
def nothing_registered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let handlers and hosts of a test be forgotten after it."""
    monkeypatch.setattr(_handlers, "_handlers", {})
    monkeypatch.setattr(_host, "_hosts", [])


@pytest.fixture
def harness() -> Harness:
    """Return a harness that answers already."""
    found = Harness(rows={"entry": ENTRIES})
    _host.use(found)
    return found


class TestCall:
    def test_gives_the_handler_what_a_host_would(self) -> None:
        @handler
        def on_posted(event: Any, context: Context) -> Any:
            rows = data.query("entry", fields=["number"], where={"id": event["id"]})
            store.write("last", rows[0]["number"])
            events.emit("com.example.x.found.v1", number=rows[0]["number"])
            log.info(f"{context.settings['word']} {context.company} {context.at}")
            return rows

        harness = Harness(rows={"entry": ENTRIES}, settings={"word": "Posted"}, company="ACME", at="now")
        assert harness.call("on_posted", {"id": "b"}) == [{"number": 2}]
        assert harness.stored == {"last": 2}
        assert harness.emitted == [("com.example.x.found.v1", {"number": 2})]
        assert harness.lines == [("info", "Posted ACME now")]

    def test_tells_what_a_validator_refused(self) -> None:
        @handler
        def on_post(_: Any, __: Context) -> Any:
            raise Rejected("No.")

        assert Harness().call("on_post", {}) == {"rejected": "No.", "remedy": ""}

    def test_raises_what_the_handler_raises(self) -> None:
        @handler
        def on_posted(_: Any, __: Context) -> Any:
            raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            Harness().call("on_posted", {})

    def test_gives_only_what_json_can_hold(self) -> None:
        with pytest.raises(TypeError):
            Harness().call("on_posted", {"when": object()})


class TestQuery:
    @pytest.mark.parametrize(
        ("where", "limit", "found"),
        [
            (None, 100, [1, 2, 3]),
            ({}, 2, [1, 2]),
            ({"id": "c"}, 100, [3]),
            ({"date_from": "2026-02-01"}, 100, [2, 3]),
            ({"date_to": "2026-02-01"}, 100, [1]),
            ({"date_from": "2026-02-01", "date_to": "2026-03-01", "number": 2}, 100, [2]),
            ({"number": 9}, 100, []),
        ],
    )
    @pytest.mark.usefixtures("harness")
    def test_answers_with_rows_that_meet_all_conditions(
        self, where: dict[str, Any] | None, limit: int, found: list[int]
    ) -> None:
        rows = data.query("entry", fields=("number",), where=where, limit=limit)
        assert rows == [{"number": each} for each in found]

    @pytest.mark.usefixtures("harness")
    def test_refuses_an_entity_without_rows(self) -> None:
        with pytest.raises(Refused) as refused:
            data.query("other", fields=["x"])
        assert refused.value.code == "plugins.capability_must_be_granted"
        assert str(refused.value) == "plugins.capability_must_be_granted: no rows of other"


class TestStore:
    def test_gives_back_what_was_written(self, harness: Harness) -> None:
        store.write("b", {"x": [1, None]})
        store.write("a", False)
        assert (store.read("b"), store.read("a"), store.read("c"), store.read("c", 7)) == (
            {"x": [1, None]},
            False,
            None,
            7,
        )
        assert (store.keys(), store.keys("b")) == (["a", "b"], ["b"])
        store.remove("b")
        store.remove("b")
        assert harness.stored == {"a": False}

    def test_is_not_told_to_remove_by_mistake(self, harness: Harness) -> None:
        store.write("a", 1)
        with pytest.raises(ValueError, match="None is how a key is removed: call remove"):
            store.write("a", None)
        assert harness.stored == {"a": 1}


class TestWithoutAHost:
    def test_every_question_is_refused(self) -> None:
        for ask in (lambda: data.query("entry", fields=["id"]), store.keys, lambda: events.emit("x")):
            with pytest.raises(Refused) as refused:
                ask()
            assert refused.value.code == "plugins.host_must_be_there"
            assert refused.value.message == "the host answers inside of handlers only"
