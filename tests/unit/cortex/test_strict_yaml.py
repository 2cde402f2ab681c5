# SPDX-License-Identifier: Apache-2.0
"""YAML without surprises: what a scalar is does not depend on who reads it, and each value knows its line."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cortex.errors import Malformed
from cortex.strict_yaml import NODES_MAX, Node, Refusal, node_from, node_of


class FileMustBeWellFormed(Malformed):
    """Refuse files of these tests."""

    code = "tests.file_must_be_well_formed"


refuse = Refusal("File", FileMustBeWellFormed)


def read(text: str, **bounds: int) -> Node:
    return node_of(text, refuse=refuse, **bounds)


def refused(text: str, **bounds: int) -> dict[str, Any]:
    with pytest.raises(FileMustBeWellFormed) as error:
        read(text, **bounds)
    return error.value.evidence


class TestTyped:
    @pytest.mark.parametrize(
        ("written", "value"),
        [
            ("true", True),
            ("false", False),
            ("0", 0),
            ("7", 7),
            ("-7", -7),
            ("999999999999999999", 999_999_999_999_999_999),
            ("1000000000000000000", "1000000000000000000"),
            *(
                (text, text)
                for text in (
                    "True",
                    "TRUE",
                    "yes",
                    "no",
                    "on",
                    "off",
                    "null",
                    "~",
                    "-0",
                    "+1",
                    "01",
                    "0x1",
                    "0o1",
                )
            ),
            *(
                (text, text)
                for text in ("1.0", "1e3", ".inf", ".nan", "1_000", "2026-01-01", "12:30", "=", "\u0661")
            ),
            *((f"'{text}'", text) for text in ("true", "7", "null", "")),
            *((f'"{text}"', text) for text in ("true", "7", "null", "")),
            ("|-\n  7", "7"),
            (">-\n  true", "true"),
            ("", ""),
        ],
    )
    def test_is_a_boolean_or_a_whole_number_only_where_it_can_be_nothing_else(
        self, written: str, value: Any
    ) -> None:
        found = read(f"a: {written}\n").typed["a"]
        assert (type(found), found) == (type(value), value)

    def test_goes_through_lists_and_mappings(self) -> None:
        assert read("a: [1, '1', {b: true}]\n2: x").typed == {"a": [1, "1", {"b": True}], "2": "x"}


class TestPlain:
    @pytest.mark.parametrize("written", ["true", "0", "-7", "null", "1.5", "2026-01-01", "no"])
    def test_is_a_text_whatever_it_looks_like(self, written: str) -> None:
        assert read(f"a: [{written}]").plain == {"a": [written]}

    def test_comes_back_from_where_it_was_stored(self) -> None:
        stored = read("a: [1, {b: two}]\nc: ''").plain
        assert node_from(stored).plain == stored == {"a": ["1", {"b": "two"}], "c": ""}


class TestLines:
    def test_are_those_where_values_begin(self) -> None:
        node = read("# words\na:\n  - 1\n  - b: 2\n\nc: |\n  text\n")
        assert isinstance(node.value, dict)
        a, c = node.value["a"], node.value["c"]
        assert isinstance(a.value, list)
        assert (node.line, a.line, [each.line for each in a.value], c.line) == (2, 3, [3, 4], 6)


class TestRefusal:
    @pytest.mark.parametrize(
        ("text", "told"),
        [
            ("", ("file", 1, "a document", "nothing")),
            ("a: &x 1", ("file", 1, "no anchor and no alias", "one")),
            ("a: &x [1]", ("file", 1, "no anchor and no alias", "one")),
            ("a: *x", ("file", 1, "no anchor and no alias", "one")),
            ("a:\n  !x b", ("file", 2, "no tag", "!x")),
            ("a: ! b", ("file", 1, "no tag", "!")),
            ("%TAG ! tag:x,1:\n---\na: !y b", ("file", 3, "no tag", "tag:x,1:y")),
            ("<<: {a: 1}", ("file", 1, "a text as name", "something else")),
            ("'<<': {a: 1}", ("file", 1, "a text as name", "something else")),
            ("{a: 1}: b", ("file", 1, "a text as name", "something else")),
            ("a: 1\nb: 2\na: 3", ("a", 3, "each name once", "it twice")),
            ("a: 1\n'a': 3", ("a", 2, "each name once", "it twice")),
            ('"a\\nb": 1\n"a\\nb": 2', ("a\\nb", 2, "each name once", "it twice")),
            ("a: 1\n---\nb: 1", ("file", 3, "one document", "more")),
            ("a: \ud800", ("file", 0, "YAML", "a character that it may not hold")),
            ("a: \x07", ("file", 0, "YAML", "a character that it may not hold")),
        ],
    )
    def test_names_the_place_the_line_and_what_was_expected(
        self, text: str, told: tuple[str, int, str, str]
    ) -> None:
        evidence = refused(text)
        assert (evidence["place"], evidence["line"], evidence["expected"], evidence["got"]) == told

    def test_is_one_sentence_with_its_evidence(self) -> None:
        error = refuse(place="a.b", line=3, expected="a text", got="1")
        assert error.message == "File, line 3, a.b: expected a text, got 1."
        assert error.evidence == {
            "object": "file",
            "place": "a.b",
            "line": 3,
            "expected": "a text",
            "got": "1",
        }

    def test_without_a_line_names_none(self) -> None:
        assert refuse(place="a", line=0, expected="a text", got="1").message == (
            "File, a: expected a text, got 1."
        )

    def test_shows_no_more_than_a_line_of_what_it_got(self) -> None:
        error = refuse(place="a", line=1, expected="b", got="x" * 81)
        assert error.evidence["got"] == "x" * 80 + "…"

    def test_stays_on_its_line_whatever_the_document_says(self) -> None:
        error = refuse(place="a\nb", line=1, expected="c\x1b[2J", got="d\u202ee")
        assert error.message == "File, line 1, a\\nb: expected c\\x1b[2J, got d\\u202ee."


class TestBounds:
    def test_of_depth_are_exact(self) -> None:
        assert read("[[a]]", depth_max=2).plain == [["a"]]
        assert refused("[[[a]]]", depth_max=2)["expected"] == f"at most 2 levels and {NODES_MAX} values"

    def test_of_bytes_are_exact(self) -> None:
        assert read("a: ä", bytes_max=5).plain == {"a": "ä"}
        evidence = refused("a: ää", bytes_max=5)
        assert (evidence["expected"], evidence["got"]) == ("at most 5 bytes", "7")

    def test_of_values_are_exact(self) -> None:
        assert len(read(f"[{'a,' * (NODES_MAX - 1)}]").plain) == NODES_MAX - 1
        assert refused(f"[{'a,' * NODES_MAX}]")["got"] == "more"

    @settings(max_examples=100, deadline=None)
    @given(text=st.text(alphabet="ab:-?&*!|>'\"%@`{}[],#\n \t\\\0\ufeff\ud800", max_size=40))
    def test_leave_every_text_read_or_refused(self, text: str) -> None:
        try:
            told = str(type(read(text)))
        except FileMustBeWellFormed as error:
            told = error.message
        assert told.isprintable()
