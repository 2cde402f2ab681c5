# SPDX-License-Identifier: Apache-2.0
"""Which regular expressions of strangers are taken."""

import pytest

from cortex.schemas.patterns import PATTERN_LENGTH_MAX, danger_of


class TestDanger:
    @pytest.mark.parametrize(
        "pattern",
        [
            "^[A-Z]{2}[0-9]{2,30}$",
            r"^\d{4}-\d{2}(-\d{2})?$",
            r"[\]a-z]+",
            "^(EUR|USD|CHF)$",
            "(?:a|b)?c",
            "(?P<year>[0-9]+)-(?=x)",
            "a+?b*?",
            "a{2}{",
        ],
    )
    def test_is_none_in_ordinary_patterns(self, pattern: str) -> None:
        assert danger_of(pattern) is None

    @pytest.mark.parametrize(
        ("pattern", "reason"),
        [
            ("(a+)+", "stands inside a repetition"),
            ("(a|aa)*", "stands inside a repetition"),
            ("((ab?)c){3,}", "stands inside a repetition"),
            ("a+*", "a repetition is repeated"),
            ("a{2}{3}", "a repetition is repeated"),
            ("a{1001}", "expected at most 1000 repetitions"),
            ("a{1,5000}", "expected at most 1000 repetitions"),
            ("(?i)a", "groups with flags"),
            ("(?(1)a|b)", "groups with flags"),
            (r"(a)\1", "refers back"),
            (r"(?P<n>a)\k<n>", "refers back"),
            ("a\\", "ends in a backslash"),
            ("(a", "brackets do not match"),
            ("a)", "brackets do not match"),
            ("[a-z", "brackets do not match"),
            ("a" * (PATTERN_LENGTH_MAX + 1), "characters"),
        ],
        ids=lambda value: value[:20],
    )
    def test_is_told(self, pattern: str, reason: str) -> None:
        assert reason in (danger_of(pattern) or "")
