# SPDX-License-Identifier: Apache-2.0
"""A value of a setting fits its field, or is told what was expected."""

from typing import Any

import pytest

from apps.plugins.domain.setting import Setting, default_values


def setting(kind: str, **more: Any) -> Setting:
    return Setting(name="x", title="X", type=kind, **more)


class TestSetting:
    @pytest.mark.parametrize(
        ("field", "value"),
        [
            (setting("boolean"), True),
            (setting("boolean"), False),
            (setting("integer"), 0),
            (setting("integer"), -(10**17)),
            (setting("integer", minimum=1, maximum=3), 1),
            (setting("integer", minimum=1, maximum=3), 3),
            (setting("integer", minimum=0), 0),
            (setting("integer", maximum=0), 0),
            (setting("string"), ""),
            (setting("string"), "a" * 500),
            (setting("string", length_max=2), "ää"),
            (setting("string", choices=("a", "b")), "b"),
            (setting("list"), []),
            (setting("list"), ["a" * 200] * 200),
            (setting("list", choices=("a", "b")), ["b", "a", "b"]),
        ],
    )
    def test_takes_a_value_that_fits(self, field: Setting, value: Any) -> None:
        assert field.expected(value) is None

    @pytest.mark.parametrize(
        ("field", "value", "expected"),
        [
            *((setting("boolean"), value, "type boolean") for value in (0, 1, "true", None, [], 1.0)),
            *((setting("integer"), value, "type integer") for value in (True, False, "1", 1.0, None, [1])),
            *((setting("string"), value, "type string") for value in (True, 1, None, ["a"], b"a")),
            *((setting("list"), value, "type list") for value in (True, 1, None, "a", ("a",), {"a": 1})),
            (setting("integer", minimum=1, maximum=3), 0, "at least 1"),
            (setting("integer", minimum=1, maximum=3), 4, "at most 3"),
            (setting("integer", minimum=0), -1, "at least 0"),
            (setting("integer", maximum=0), 1, "at most 0"),
            (setting("string"), "a" * 501, "at most 500 characters"),
            (setting("string", length_max=2), "abc", "at most 2 characters"),
            (setting("string", choices=("a", "b")), "c", "one of a, b"),
            (setting("string", choices=("a", "b")), "", "one of a, b"),
            (setting("list"), ["a"] * 201, "at most 200 texts"),
            (setting("list"), ["a", 1], "at most 200 texts"),
            (setting("list"), ["a", ["b"]], "at most 200 texts"),
            (setting("list"), ["a", "b" * 201], "at most 200 characters"),
            (setting("list", choices=("a", "b")), ["a", "c"], "one of a, b"),
            (setting("number"), 1, "type number"),
        ],
    )
    def test_tells_what_was_expected_of_one_that_does_not(
        self, field: Setting, value: Any, expected: str
    ) -> None:
        assert field.expected(value) == expected


class TestDefaultValues:
    def test_hold_only_what_has_a_default(self) -> None:
        fields = {
            "a": setting("integer", default=0),
            "b": setting("boolean", default=False),
            "c": setting("string"),
        }
        assert default_values(fields) == {"a": 0, "b": False}
