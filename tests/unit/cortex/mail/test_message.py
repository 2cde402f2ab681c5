# SPDX-License-Identifier: Apache-2.0
"""Nothing that people choose can add a header, a recipient or a page."""

from dataclasses import replace

import pytest

from cortex.mail.errors import MailMustBeWellFormed
from cortex.mail.message import in_one_line, require_well_formed
from cortex.ports.mail import MailMessage

GOOD = MailMessage(
    recipient="alice@books.example", subject="Größe", body="One\nTwo", message_id="<1@books.example>"
)


class TestMessage:
    def test_of_plain_text_is_taken(self) -> None:
        require_well_formed(GOOD)

    @pytest.mark.parametrize(
        "changes",
        [
            {"subject": "Period\r\nBcc: eve@evil.example"},
            {"subject": "Period\u2028Bcc: eve@evil.example"},
            {"subject": ""},
            {"subject": "x" * 201},
            {"recipient": "alice@books.example, eve@evil.example"},
            {"recipient": "alice@books.example\nBcc: eve@evil.example"},
            {"recipient": "alice"},
            {"recipient": "a" * 250 + "@books.example"},
            {"message_id": "<1>\r\nBcc: eve@evil.example"},
            {"body": "x" * 10_001},
            {"body": "a\x00b"},
        ],
        ids=str,
    )
    def test_of_another_shape_is_refused(self, changes: dict[str, str]) -> None:
        with pytest.raises(MailMustBeWellFormed):
            require_well_formed(replace(GOOD, **changes))


class TestInOneLine:
    def test_keeps_a_name_and_nothing_else(self) -> None:
        assert in_one_line("Ada\r\nBcc: x\t&  Söhne\x1b", length_max=50) == "Ada Bcc: x & Söhne"
        assert in_one_line("x" * 300, length_max=20) == "x" * 20
