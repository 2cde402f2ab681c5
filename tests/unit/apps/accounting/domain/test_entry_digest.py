# SPDX-License-Identifier: Apache-2.0
import hashlib
import re
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest

from apps.accounting.domain.entry_digest import PostedContent, PostedLine, Recording, entry_digest


def numbered(number: int) -> UUID:
    return UUID(int=number)


CONTENT = PostedContent(
    company_id=numbered(1), ledger_id=numbered(2), journal_id=numbered(3), fiscal_year_id=numbered(4),
    period_id=numbered(5), entry_id=numbered(6), number=7, accounting_date=date(2026, 3, 15),
    reference="INV-1", reverses_id=None, is_cancellation=False, narration_commitment=bytes(32),
    posted_by="user:8",
    lines=[
        PostedLine(1, numbered(9), numbered(10), "EUR", 1_234),
        PostedLine(2, numbered(11), None, "EUR", -1_234),
    ],
    recorded=Recording(datetime(2026, 3, 16, 9, 30, tzinfo=timezone(timedelta(hours=1))), "2147483648123", 2),
)  # fmt: skip
OTHER = {
    "company_id": numbered(99), "ledger_id": numbered(99), "journal_id": numbered(99),
    "fiscal_year_id": numbered(99), "period_id": numbered(99), "entry_id": numbered(99), "number": 8,
    "accounting_date": date(2026, 3, 16), "reference": None, "reverses_id": numbered(99),
    "is_cancellation": True, "narration_commitment": b"\x01" * 32, "posted_by": "user:9",
    "lines": CONTENT.lines[::-1], "version": 1, "recorded": replace(CONTENT.recorded, xid="7"),
}  # fmt: skip
CANONICAL = (
    '{"accounting_date":"2026-03-15","company":"00000000-0000-0000-0000-000000000001",'
    '"entry":"00000000-0000-0000-0000-000000000006","fiscal_year":"00000000-0000-0000-0000-000000000004",'
    '"is_cancellation":false,"journal":"00000000-0000-0000-0000-000000000003",'
    '"ledger":"00000000-0000-0000-0000-000000000002","lines":'
    '[[1,"00000000-0000-0000-0000-000000000009","00000000-0000-0000-0000-00000000000a","EUR",1234],'
    '[2,"00000000-0000-0000-0000-00000000000b",null,"EUR",-1234]],'
    f'"narration":"{"00" * 32}","number":7,"period":"00000000-0000-0000-0000-000000000005",'
    '"posted_by":"user:8","recorded":["2026-03-16T08:30:00.000000+00:00","2147483648123",2],'
    '"reference":"INV-1","reverses":null,"v":2}'
)
# As leaves of earlier versions have it.
EARLIER = re.sub(r'"recorded":\[.*?\],', "", CANONICAL).replace('"v":2', '"v":1')


class TestEntryDigest:
    def test_is_the_hash_of_a_text_that_anybody_can_write_down(self) -> None:
        assert entry_digest(CONTENT) == hashlib.sha256(CANONICAL.encode()).hexdigest()

    def test_of_an_earlier_version_stays_what_its_leaf_has(self) -> None:
        earlier = replace(CONTENT, version=1)
        assert entry_digest(earlier) == hashlib.sha256(EARLIER.encode()).hexdigest()
        assert entry_digest(replace(earlier, recorded=OTHER["recorded"])) == entry_digest(earlier)

    @pytest.mark.parametrize(
        "change", [{"at": datetime(2026, 3, 16, 8, 30, 0, 1, tzinfo=UTC)}, {"xid": "1"}, {"cluster_epoch": 1}]
    )
    def test_changes_with_all_that_says_what_was_known_when(self, change: dict[str, Any]) -> None:
        recorded = replace(CONTENT.recorded, **change)
        assert entry_digest(replace(CONTENT, recorded=recorded)) != entry_digest(CONTENT)

    @pytest.mark.parametrize("name", [field.name for field in fields(PostedContent)])
    def test_changes_with_every_column(self, name: str) -> None:
        assert entry_digest(replace(CONTENT, **{name: OTHER[name]})) != entry_digest(CONTENT)

    @pytest.mark.parametrize(
        "change",
        [
            {"line_no": 3},
            {"account_id": numbered(99)},
            {"party_id": None},
            {"currency": "USD"},
            {"amount_minor": 1},
        ],
    )
    def test_changes_with_every_column_of_a_line(self, change: dict[str, object]) -> None:
        lines = [replace(CONTENT.lines[0], **change), CONTENT.lines[1]]
        assert entry_digest(replace(CONTENT, lines=lines)) != entry_digest(CONTENT)
