# SPDX-License-Identifier: Apache-2.0
"""What makes YAML dangerous is refused in a manifest, with the line."""

import pytest

from apps.plugins.domain.read_manifest import read_manifest
from tests.factories.plugin_manifests import FULL, LEAST, changed, refusal_of


class TestYaml:
    @pytest.mark.parametrize(
        ("written", "line", "expected", "got"),
        [
            (changed("name: Duplicate", "name: &a Duplicate"), 5, "no anchor and no alias", "one"),
            (changed("name: Duplicate guard", "name: *a"), 5, "no anchor and no alias", "one"),
            (changed("name: Duplicate", "name: !!str Duplicate"), 5, "no tag", "tag:yaml.org,2002:str"),
            (
                changed("name: Duplicate", "name: !!python/object/apply:os.system Duplicate"),
                5,
                "no tag",
                "tag:yaml.org,2002:python/object/apply:os.system",
            ),
            (changed("name: Duplicate guard", "? [a]\n: b"), 5, "a text as name", "something else"),
            (changed("name: Duplicate guard", "<<: {name: x}"), 5, "a text as name", "something else"),
            (FULL.encode() + b"---\nformat: 1\n", 66, "one document", "more"),
            (b"", 1, "a document", "nothing"),
            (b"# only words\n", 1, "a document", "nothing"),
            (
                changed("name: Duplicate guard", "name: " + "[" * 8),
                5,
                "at most 8 levels and 20000 values",
                "more",
            ),
            (b"[" * 60_000, 1, "at most 8 levels and 20000 values", "more"),
            (b"a: 1\n" + b"#" * 65_532, 1, "at most 65536 bytes", "65537"),
            (b"\xff" + FULL.encode(), 0, "UTF-8", "byte 0 otherwise"),
            (FULL.encode()[:-1] + b"\xc3", 0, "UTF-8", f"byte {len(FULL) - 1} otherwise"),
            (FULL.encode("utf-16"), 0, "UTF-8", "byte 0 otherwise"),
            (changed("name: Duplicate", "name: Dupli\0cate"), 0, "YAML", None),
            (changed("name: Duplicate", "name: Dupli\x1bcate"), 0, "YAML", None),
        ],
    )
    def test_that_is_dangerous_is_refused_before_it_is_used(
        self, written: bytes, line: int, expected: str, got: str | None
    ) -> None:
        told = refusal_of(written)
        assert (told["place"], told["line"], told["expected"]) == ("file", line, expected)
        assert got in (None, told["got"])

    def test_that_names_a_member_twice_is_refused_with_the_second_line(self) -> None:
        told = refusal_of(changed("name: Duplicate guard", "name: Duplicate guard\nid: com.example.other"))
        assert told == {"place": "id", "line": 6, "expected": "each name once", "got": "it twice"}

    def test_that_is_no_yaml_is_refused_with_the_line(self) -> None:
        told = refusal_of(changed("name: Duplicate guard", 'name: "Duplicate'))
        assert (told["place"], told["expected"]) == ("file", "YAML")

    @pytest.mark.parametrize("written", [b"text", b"[]", b"- a", b"1", b"true", b"''"])
    def test_that_is_no_mapping_is_refused(self, written: bytes) -> None:
        assert refusal_of(written) == {
            "place": "file",
            "line": 1,
            "expected": 'type "object"',
            "got": {b"text": "'text'", b"[]": "[]", b"- a": "['a']", b"1": "1", b"true": "True", b"''": "''"}[
                written
            ],
        }

    def test_that_is_at_its_largest_is_still_read(self) -> None:
        assert read_manifest(LEAST.encode().ljust(65_536, b"#")).name == "Least"

    def test_may_begin_with_a_mark_of_byte_order(self) -> None:
        assert read_manifest(b"\xef\xbb\xbf" + LEAST.encode()).id == "com.example.least"
