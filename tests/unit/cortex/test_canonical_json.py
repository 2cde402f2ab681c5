# SPDX-License-Identifier: Apache-2.0
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from cortex.canonical_json import canonical_json

values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text() | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=20,
)


def outcome(write: Callable[[Any], bytes], value: Any) -> bytes | str:
    try:
        return write(value)
    except (rfc8785.CanonicalizationError, UnicodeEncodeError):
        return "refused"


class TestCanonicalJson:
    @given(value=values)
    def test_is_what_the_reference_writes(self, value: Any) -> None:
        assert outcome(canonical_json, value) == outcome(rfc8785.dumps, value)

    def test_sorts_keys_by_utf_16_units_beyond_ascii(self) -> None:
        value = {"\ufb33": 1, "\U0001f600": 2, "a": 3}
        assert canonical_json(value) == '{"a":3,"\U0001f600":2,"\ufb33":1}'.encode()

    @pytest.mark.parametrize("value", [2**53, -(2**53), [2**53]])
    def test_refuses_integers_that_other_languages_would_round(self, value: Any) -> None:
        with pytest.raises(rfc8785.CanonicalizationError):
            canonical_json(value)

    @pytest.mark.parametrize(
        "value", [float("nan"), float("inf"), {1: "key"}, {"a": {1, 2}}, b"bytes", object()]
    )
    def test_refuses_what_has_no_canonical_form(self, value: Any) -> None:
        with pytest.raises(rfc8785.CanonicalizationError):
            canonical_json(value)

    def test_refuses_a_lone_surrogate(self) -> None:
        assert outcome(canonical_json, "\ud800") == outcome(rfc8785.dumps, "\ud800") == "refused"

    def test_escapes_control_characters_as_the_standard_wants(self) -> None:
        assert canonical_json('\x00\x1f\b\t\n\f\r"\\/\x7f\u2028') == (
            b'"\\u0000\\u001f\\b\\t\\n\\f\\r\\"\\\\/\x7f\xe2\x80\xa8"'
        )

    @pytest.mark.parametrize("name", ["arrays", "french", "structures"])
    def test_agrees_with_the_vectors_of_the_standards_author(
        self, shared_cases: Callable[[str], Path], name: str
    ) -> None:
        given_text = shared_cases(f"jcs/input/{name}.json").read_bytes()
        assert (
            canonical_json(orjson.loads(given_text))
            == shared_cases(f"jcs/output/{name}.json").read_bytes().strip()
        )
