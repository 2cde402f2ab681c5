# SPDX-License-Identifier: Apache-2.0
"""The host on an author's machine keeps rows, events and texts as a server would."""

import re
from typing import Any

import pytest

from apps.plugins.adapters.local_backend import LocalBackend
from apps.plugins.domain.host_backend import Comparison, Condition
from apps.plugins.domain.host_errors import HostRequestMustBeWellFormed

ROWS = [
    {"number": 3, "date": "2026-03-01", "open": True},
    {"number": 2, "date": "2026-02-01", "open": False},
    {"number": 1, "date": "2026-01-01", "open": True},
]


@pytest.fixture
def backend() -> LocalBackend:
    return LocalBackend(data={"entry": ROWS})


def rows(backend: LocalBackend, fields: list[str], where: dict[str, Any], **told: Any) -> list[Any]:
    parts = [re.fullmatch("(.*?)(_from|_to|)", name).groups() for name in where]  # type: ignore[union-attr]
    conditions = [
        Condition(field, Comparison(comparison), value)
        for (field, comparison), value in zip(parts, where.values(), strict=True)
    ]
    return backend.rows(
        **{"entity": "entry", "limit": 1, **told}, fields=fields, where=conditions, within_ms=1
    )


def numbers(backend: LocalBackend, where: dict[str, Any], *, limit: int = 100) -> list[int]:
    return [row["number"] for row in rows(backend, ["number"], where, limit=limit)]


class TestRows:
    @pytest.mark.parametrize(
        ("where", "found"),
        [
            ({}, [3, 2, 1]),
            ({"number": 2}, [2]),
            ({"number": "2"}, []),
            ({"open": True}, [3, 1]),
            ({"date_from": "2026-02-01"}, [3, 2]),
            ({"date_to": "2026-02-01"}, [1]),
            ({"date_from": "2026-01-01", "date_to": "2026-03-01"}, [2, 1]),
            ({"number_from": 2, "open": True}, [3]),
            ({"number": 9}, []),
        ],
    )
    def test_are_those_that_meet_all_conditions(
        self, backend: LocalBackend, where: dict[str, Any], found: list[int]
    ) -> None:
        assert numbers(backend, where) == found

    def test_are_no_more_than_asked_and_in_their_order(self, backend: LocalBackend) -> None:
        assert numbers(backend, {"open": True}, limit=1) == [3]

    def test_hold_the_fields_that_were_asked_and_no_other(self, backend: LocalBackend) -> None:
        assert rows(backend, ["date"], {"number": 1}) == [{"date": "2026-01-01"}]

    def test_of_an_entity_that_the_file_does_not_name_are_none(self, backend: LocalBackend) -> None:
        assert rows(backend, ["x"], {"y": 1}, entity="other") == []

    @pytest.mark.parametrize(
        ("fields", "where"), [(["memo"], {}), (["number"], {"memo": 1}), (["number"], {"memo_to": 1})]
    )
    def test_without_a_field_say_which_there_are(
        self, backend: LocalBackend, fields: list[str], where: dict[str, Any]
    ) -> None:
        with pytest.raises(HostRequestMustBeWellFormed) as refused:
            rows(backend, fields, where)
        assert refused.value.message == "Request, memo: expected one of date, number, open."
        assert refused.value.evidence == {"place": "memo", "expected": ["date", "number", "open"]}

    @pytest.mark.parametrize(
        ("condition", "value"), [("number_from", "x"), ("date_to", 5), ("date_from", True)]
    )
    def test_that_cannot_be_compared_refuse_the_condition(
        self, backend: LocalBackend, condition: str, value: Any
    ) -> None:
        with pytest.raises(HostRequestMustBeWellFormed) as refused:
            numbers(backend, {condition: value})
        assert refused.value.message == (
            f"Request, {condition}: expected a value that the field can be compared with."
        )
        assert refused.value.evidence == {"place": condition, "got": value}


class TestStore:
    def test_counts_bytes_of_all_but_one_key(self, backend: LocalBackend) -> None:
        backend.write(key="ä", text="12")
        backend.write(key="b", text="ö")
        assert backend.stored_bytes(besides="") == 7
        assert (backend.stored_bytes(besides="ä"), backend.stored_bytes(besides="b")) == (3, 4)

    def test_forgets_a_key_without_a_text(self, backend: LocalBackend) -> None:
        backend.write(key="a", text="1")
        backend.write(key="a", text=None)
        assert (backend.read(key="a"), backend.keys(prefix="", after="", limit=9), backend.stored) == (
            None,
            [],
            {},
        )

    def test_is_of_one_backend(self) -> None:
        LocalBackend().write(key="a", text="1")
        assert LocalBackend().stored == {}


class TestEvents:
    def test_are_kept_in_their_order(self, backend: LocalBackend) -> None:
        backend.emit(event="b", data={"x": 1})
        backend.emit(event="a", data={})
        assert backend.emitted == [("b", {"x": 1}), ("a", {})]
