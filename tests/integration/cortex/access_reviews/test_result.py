# SPDX-License-Identifier: Apache-2.0
"""A downloaded result is checked without the database: changed, cut or signed by another, it is refused."""

import io
import json
from pathlib import Path

import pytest
from django.core.management import call_command

from cortex.access_reviews.errors import ResultMustBeReadable, ResultMustBeTheSignedOne
from cortex.access_reviews.result import FORMAT
from cortex.access_reviews.signed_result import sign_result, verify_result
from tests.integration.cortex.access_reviews.reviewing import signing_in

RESULT = {
    "format": FORMAT,
    "review": "0193",
    "company": {"id": "0193", "code": "DEMO"},
    "completed_at": "2026-06-30T10:00:00.000000+00:00",
    "completed_by": "user:0193",
    "memberships": [{"answer": "confirmed"}, {"answer": "revoked"}],
    "not_reviewed": [],
}


@pytest.fixture
def file(tmp_path: Path) -> bytes:
    with signing_in(tmp_path):
        return sign_result(RESULT).as_file()


class TestResult:
    def test_is_verified_by_the_key_that_signed_it(self, tmp_path: Path) -> None:
        with signing_in(tmp_path):
            assert verify_result(sign_result(RESULT).as_file()) == RESULT

    def test_is_refused_under_another_installation_s_key(self, tmp_path: Path, file: bytes) -> None:
        (tmp_path / "other").mkdir()
        with signing_in(tmp_path / "other"), pytest.raises(ResultMustBeTheSignedOne):
            verify_result(file)

    def test_is_refused_when_one_answer_was_changed(self, tmp_path: Path) -> None:
        with signing_in(tmp_path):
            changed = sign_result(RESULT).as_file().replace(b'"revoked"', b'"confirmed"')
            with pytest.raises(ResultMustBeTheSignedOne):
                verify_result(changed)

    @pytest.mark.parametrize("untrusted", [b"", b"{}", b"[1]", b'{"result":{},"signature":{}}', b"\xff"])
    def test_that_is_none_is_refused(self, untrusted: bytes) -> None:
        with pytest.raises(ResultMustBeReadable):
            verify_result(untrusted)

    def test_with_a_blank_more_is_refused(self, file: bytes) -> None:
        with pytest.raises(ResultMustBeReadable):
            verify_result(file + b" ")

    def test_with_a_field_that_nobody_signed_is_refused(self, file: bytes) -> None:
        read = json.loads(file)
        read["remark"] = "all well"
        with pytest.raises(ResultMustBeReadable):
            verify_result(json.dumps(read, separators=(",", ":"), sort_keys=True).encode())


class TestCommand:
    def test_says_verified_and_what_was_answered(self, tmp_path: Path) -> None:
        with signing_in(tmp_path):
            path = tmp_path / "result.json"
            path.write_bytes(sign_result(RESULT).as_file())
            out = io.StringIO()
            call_command("verify_access_review", str(path), stdout=out)
        assert "verified: access review 0193 of DEMO" in out.getvalue()
        assert "1 confirmed, 1 revoked, 0 ended" in out.getvalue()

    def test_ends_with_one_for_a_changed_result_and_with_two_for_none(self, tmp_path: Path) -> None:
        with signing_in(tmp_path):
            path = tmp_path / "result.json"
            for content, code, word in (
                (sign_result(RESULT).as_file().replace(b"DEMO", b"DEMI"), 1, "signed_one"),
                (b"nothing", 2, "must_be_readable"),
            ):
                path.write_bytes(content)
                err = io.StringIO()
                with pytest.raises(SystemExit) as ended:
                    call_command("verify_access_review", str(path), stderr=err)
                assert ended.value.code == code
                assert word in err.getvalue()
