# SPDX-License-Identifier: Apache-2.0
"""Strict YAML and JSON: one meaning for each document, and none for what is dangerous."""

from pathlib import Path

import pytest

from cortex.boot.configuration.artefact.document import members_of
from cortex.boot.configuration.artefact.errors import FileMustBeWellFormed

BOMB = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"


def values(text: str, *, kind: str = "yaml") -> dict[str, object]:
    members = members_of(text.encode(), path=Path(f"site.{kind}"))
    return {name: member.given for name, member in members.items()}


class TestYaml:
    def test_keeps_every_scalar_as_the_text_that_stands_there(self) -> None:
        text = "a: no\nb: 010\nc: 1:30\nd: 1e3\ne: 2026-01-01\nf: 'null'\ng: \"x\\ty\"\nh: [1, {i: off}]\n"
        assert values(text) == {
            "a": "no",
            "b": "010",
            "c": "1:30",
            "d": "1e3",
            "e": "2026-01-01",
            "f": "null",
            "g": "x\ty",
            "h": ["1", {"i": "off"}],
        }

    def test_knows_the_line_of_each_name(self) -> None:
        members = members_of(b"# first\n\na: 1\nb:\n  - x\nc: 2\n", path=Path("site.yml"))
        assert {name: member.line for name, member in members.items()} == {"a": 3, "b": 4, "c": 6}

    @pytest.mark.parametrize(
        ("text", "sentence"),
        [
            ("a: 1\na: 2", "site.yaml:2: 'a' is set twice."),
            ("a: {b: 1, b: 2}", "site.yaml:1: 'b' is set twice."),
            (BOMB, "site.yaml:1: anchors and aliases are not taken."),
            ("a: *x", "site.yaml:1: anchors and aliases are not taken."),
            ("&x a: 1", "site.yaml:1: anchors and aliases are not taken."),
            ("a: !!python/object:os.system x", "site.yaml:1: tags are not taken."),
            ("!!map {a: 1}", "site.yaml:1: tags are not taken."),
            ("a: {<<: {b: 1}}", "site.yaml:1: expected a text as name."),
            ("? [a]\n: 1", "site.yaml:1: expected a text as name."),
            ("a:\n", "site.yaml:1: a name without a value must be left out; null is no value."),
            ("a: ~", "site.yaml:1: a name without a value must be left out; null is no value."),
            ("a: [null]", "site.yaml:1: a name without a value must be left out; null is no value."),
            ("- a", "site.yaml:1: expected names with values (NAME: value), got something else."),
            ("", "site.yaml:1: expected names with values (NAME: value), got something else."),
            ("a: 1\n---\nb: 2", "site.yaml:1: expected one document, got more."),
            ("a: 1\n b: 2", "site.yaml:2: this is no YAML."),
            ("a: [1", "this is no YAML."),
            ("a: \x01", "this is no YAML: a character that no document may hold."),
            ("a: " + "[" * 9 + "]" * 9, "site.yaml:1: values may be nested 8 deep"),
            ("a: " + "[" * 100_000, "site.yaml:1: values may be nested 8 deep"),
            ("a: [" + "x," * 5000 + "]", "site.yaml:1: a document may hold 5000 values"),
        ],
        ids=lambda value: value[:24].encode("unicode_escape").decode() or "empty",
    )
    def test_refuses_what_means_two_things_or_too_much(self, text: str, sentence: str) -> None:
        with pytest.raises(FileMustBeWellFormed) as refusal:
            values(text)
        assert sentence in refusal.value.message


class TestJson:
    def test_keeps_numbers_as_their_text(self) -> None:
        text = '{ "a": 010.5e3, "b": [true, "x"], "c": {"d": -1}, "e": "}" }'.replace("010", "10")
        assert values(text, kind="json") == {
            "a": "10.5e3",
            "b": ["true", "x"],
            "c": {"d": "-1"},
            "e": "}",
        }

    def test_may_be_empty(self) -> None:
        assert values("{ }", kind="json") == {}

    @pytest.mark.parametrize(
        ("text", "sentence"),
        [
            ('{"a": 1,\n "a": 2}', "'a' is set twice."),
            ('{"a": {"b": 1, "b": 2}}', "'b' is set twice."),
            ('{"a": 1,\n "b": }', "site.json:2: this is no JSON."),
            ('{"a": 1} x', "site.json:1: this is no JSON."),
            ('{"a": null}', "site.json:1: a name without a value must be left out"),
            ('{"a": NaN}', "NaN and infinity are no values."),
            ("[1]", "site.json:1: expected names with values"),
            ('{"a": ' + "[" * 8 + "]" * 8 + "}", "site.json:1: values may be nested 8 deep"),
            ('{"a": ' + "[" * 100_000, "values may be nested 8 deep"),
            ('{"many": [' + "1," * 5000 + "1]}", "site.json:1: a document may hold 5000 values"),
            ("{" + ",".join(f'"{n}":1' for n in range(2500)) + "}", "a document may hold 5000 values"),
        ],
        ids=lambda value: value[:24].encode("unicode_escape").decode(),
    )
    def test_refuses_what_means_two_things_or_too_much(self, text: str, sentence: str) -> None:
        with pytest.raises(FileMustBeWellFormed) as refusal:
            values(text, kind="json")
        assert sentence in refusal.value.message


def test_no_document_is_of_other_bytes() -> None:
    with pytest.raises(FileMustBeWellFormed, match="expected UTF-8"):
        members_of(b"a: \xff", path=Path("site.yaml"))
