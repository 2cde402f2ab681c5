# SPDX-License-Identifier: Apache-2.0
"""What a stranger wrote stays on its line."""

import pytest

from cortex.one_line import one_line


class TestOneLine:
    @pytest.mark.parametrize(
        ("text", "shown"),
        [
            ("", ""),
            ("Grüße, 帳簿 – 100 €", "Grüße, 帳簿 – 100 €"),
            ("a\r\nb\tc", r"a\r\nb\tc"),
            ("\x1b[2J", r"\x1b[2J"),
            ("a\u202eb\u2028", r"a\u202eb\u2028"),
            ("\ud800", r"\ud800"),
            ("\U000e0001", r"\U000e0001"),
            (r"it\'s \n", r"it\'s \n"),
        ],
    )
    def test_writes_what_cannot_be_seen_as_an_escape(self, text: str, shown: str) -> None:
        assert one_line(text) == shown
