# SPDX-License-Identifier: Apache-2.0
"""JSON that only reads one way."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cortex.api.errors import BodyMustBeStrictJson
from cortex.api.parsers import DEPTH_MAX, parse_strict_json

values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**18), 10**18) | st.text(),
    lambda children: st.lists(children, max_size=4) | st.dictionaries(st.text(), children, max_size=4),
    max_leaves=20,
)


class TestStrictJson:
    @given(values)
    def test_reads_what_the_standard_writes(self, value: object) -> None:
        assert parse_strict_json(json.dumps(value).encode()) == value

    def test_keeps_fractions_exact(self) -> None:
        assert parse_strict_json(b'{"rate": 0.1}') == {"rate": Decimal("0.1")}

    def test_allows_nesting_up_to_its_limit_and_no_further(self) -> None:
        parse_strict_json(b"[" * DEPTH_MAX + b"]" * DEPTH_MAX)
        with pytest.raises(BodyMustBeStrictJson, match=f"at most {DEPTH_MAX} levels"):
            parse_strict_json(b"[" * (DEPTH_MAX + 1) + b"]" * (DEPTH_MAX + 1))

    @pytest.mark.parametrize(
        ("body", "reason"),
        [
            (b'{"a": 1, "a": 1}', "'a' occurs twice"),
            (b'{"x": {"b": 1, "c": 2, "b": 3}}', "'b' occurs twice"),
            (b"[Infinity]", "Infinity is no JSON number"),
            (b"[-Infinity]", "-Infinity is no JSON number"),
            (b"[NaN]", "NaN is no JSON number"),
            (b"9" * 5000, "too many digits"),
            (b"[" * 100_000, "levels of nesting"),
            (b"\xff", "decode byte"),
            (b"", "Expecting value"),
            (b"{} {}", "Extra data"),
        ],
    )
    def test_refuses(self, body: bytes, reason: str) -> None:
        with pytest.raises(BodyMustBeStrictJson, match=reason):
            parse_strict_json(body)
