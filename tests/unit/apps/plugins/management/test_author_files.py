# SPDX-License-Identifier: Apache-2.0
"""What is handed to `cortex plugin run` is looked at before a plugin is."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from apps.plugins.management.author_files import FileMustHoldJson, RowsMustBeListed, instant, rows_of
from apps.plugins.management.authoring import main


class TestRows:
    def test_are_lists_of_objects_by_entity(self, tmp_path: Path) -> None:
        (tmp_path / "rows").write_text('{"a.b": [{"id": 1}], "a.c": []}')
        assert rows_of(tmp_path / "rows") == {"a.b": [{"id": 1}], "a.c": []}
        assert rows_of(None) == {}

    @pytest.mark.parametrize(
        ("told", "place", "expected", "got"),
        [
            ([], "the file", "an object", "a list"),
            (None, "the file", "an object", "null"),
            ({"a.b": {"id": 1}}, "a.b", "a list", "an object"),
            ({"a.b": "x"}, "a.b", "a list", "a text"),
            ({"a.b": [{}, 1.5]}, "a.b, row 1", "an object", "a number"),
            ({"a.b": [True]}, "a.b, row 0", "an object", "true or false"),
        ],
    )
    def test_of_another_shape_are_refused_by_place(
        self, tmp_path: Path, told: Any, place: str, expected: str, got: str
    ) -> None:
        path = tmp_path / "rows"
        path.write_text(json.dumps(told))
        with pytest.raises(RowsMustBeListed) as refused:
            rows_of(path)
        evidence = {"object": str(path), "place": place, "expected": expected, "got": got}
        assert refused.value.evidence == evidence
        assert f"{path}, {place}: expected {expected}, got {got}." in refused.value.message

    @pytest.mark.parametrize("text", ["", "{", "[" * 100_000])
    def test_that_are_no_json_are_refused(self, tmp_path: Path, text: str) -> None:
        (tmp_path / "rows").write_text(text)
        with pytest.raises(FileMustHoldJson):
            rows_of(tmp_path / "rows")


class TestTheMoment:
    def test_is_utc_without_an_offset(self) -> None:
        assert instant("2026-01-31") == datetime(2026, 1, 31, tzinfo=UTC)
        assert instant("2026-01-31T12:00:00Z") == datetime(2026, 1, 31, 12, tzinfo=UTC)

    def test_tells_what_was_expected(self, capsys: pytest.CaptureFixture[str]) -> None:
        with pytest.raises(SystemExit):
            main(["run", "folder", "handler", "--at", "x"])
        told = "argument --at: expected a date or an instant such as 2026-01-31T12:00:00Z, got 'x'"
        assert told in capsys.readouterr().err
