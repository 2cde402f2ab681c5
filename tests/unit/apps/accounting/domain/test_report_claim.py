# SPDX-License-Identifier: Apache-2.0
"""The claim of a signed report: what is signed, what is refused, what is no signature at all."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from apps.accounting.domain.errors import ReportMustBeTheSignedOne, ReportSignatureMustBeReadable
from apps.accounting.domain.report_claim import ReportClaim, check_claim, claim_of, described, digest_of

REPORT = b"account,debit_total,credit_total,balance\r\n"
CLAIM = ReportClaim(
    id=UUID(int=7),
    report="trial_balance",
    company="DEMO",
    from_date=None,
    as_of_date="2026-03-31",
    format="csv",
    sha256=digest_of(REPORT),
    keeper="transit",
    key="cortex-signatures",
    key_version=3,
    signed_at="2026-04-01T08:00:00+00:00",
)


class TestClaim:
    def test_is_signed_as_canonical_json_behind_its_domain(self) -> None:
        assert CLAIM.signed_bytes() == (
            b"codexion-cortex report signature v1\n"
            b'{"algorithm":"Ed25519","as_of":"2026-03-31","company":"DEMO","format":"csv","format_version":1,'
            b'"from":null,"id":"00000000-0000-0000-0000-000000000007","keeper":"transit",'
            b'"key":"cortex-signatures","key_version":3,"report":"trial_balance",'
            b'"sha256":"f6f78989bd86b6386e2eeaffec89de75141156f0bf9b1df2778680d343bd51e3",'
            b'"signed_at":"2026-04-01T08:00:00+00:00"}'
        )

    def test_is_read_as_it_was_written(self) -> None:
        assert claim_of(CLAIM.fields()) == CLAIM

    def test_signs_each_field(self) -> None:
        others = {
            CLAIM.signed_bytes(),
            replace(CLAIM, id=UUID(int=8)).signed_bytes(),
            *(
                replace(CLAIM, **{name: f"{getattr(CLAIM, name)}x"}).signed_bytes()  # type: ignore[arg-type]
                for name in CLAIM.__dataclass_fields__
                if name not in ("id", "key_version")
            ),
            replace(CLAIM, key_version=4).signed_bytes(),
        }
        assert len(others) == len(CLAIM.fields())

    def test_is_told_in_one_phrase(self) -> None:
        assert described(CLAIM) == (
            "trial_balance of DEMO as csv, from the beginning up to 2026-03-31; signed at "
            "2026-04-01T08:00:00+00:00 by key cortex-signatures version 3 of keeper transit"
        )


class TestCheck:
    def test_accepts_the_signed_bytes(self) -> None:
        check_claim(CLAIM, report=REPORT, key="cortex-signatures")

    @pytest.mark.parametrize(
        ("claim", "report", "field"),
        [
            (CLAIM, REPORT + b"\n", "sha256"),
            (replace(CLAIM, key="cortex-files"), REPORT, "key"),
            (replace(CLAIM, algorithm="none"), REPORT, "algorithm"),
        ],
        ids=["other bytes", "another key", "another algorithm"],
    )
    def test_names_the_field_of_a_refusal(self, claim: ReportClaim, report: bytes, field: str) -> None:
        with pytest.raises(
            ReportMustBeTheSignedOne, match=f"^Report signature, {field}: expected "
        ) as refusal:
            check_claim(claim, report=report, key="cortex-signatures")
        assert refusal.value.evidence["field"] == field


class TestReading:
    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"format_version": 2}, "format_version"),
            ({"format_version": True}, "format_version"),
            ({"added": 1}, "added"),
            ({"company": 1}, "company"),
            ({"key_version": "3"}, "key_version"),
            ({"id": "7"}, "fields"),
            ({"id": "{00000000-0000-0000-0000-000000000007}"}, "id"),
            ({"company": "\ud800"}, "fields"),
            ({"key_version": 2**60}, "fields"),
        ],
        ids=["later", "true", "added", "number", "text", "no id", "odd id", "surrogate", "unsafe number"],
    )
    def test_refuses_what_no_signature_says(self, change: dict[str, Any], field: str) -> None:
        with pytest.raises(ReportSignatureMustBeReadable, match=f"^Report signature, {field}: expected "):
            claim_of({**CLAIM.fields(), **change})

    @pytest.mark.parametrize("name", list(CLAIM.fields()))
    def test_misses_each_field(self, name: str) -> None:
        fields = CLAIM.fields()
        del fields[name]
        with pytest.raises(ReportSignatureMustBeReadable, match=name):
            claim_of(fields)
