# SPDX-License-Identifier: Apache-2.0
"""Logs that hold, and logs named for what was done to them."""

import tracemalloc
from typing import Any

import orjson
import pytest

from cortex.boot.configuration.artefact.keys import key_id
from cortex.boot.log_header.header import FIELDS, MARK, SIGNATURE
from cortex.boot.log_header.verification import FINDINGS_MAX, verify_log
from tests.unit.cortex.boot.log_header.logs import KEY, LINE, OTHER, changed, header, reasons, verdict

MINE = key_id(KEY.public_key())
FOREIGN_VALUES: dict[str, Any] = {
    "build_digest": "0" * 64,
    "configuration_digest": "0" * 64,
    "lock_digest": None,
    "schema_head": "0" * 64,
    "host": "another",
    "process": "worker",
    "pid": 1,
    "time": "2026-03-31T12:00:00.001+00:00",
}


class TestLogThatHolds:
    def test_begins_with_a_header(self) -> None:
        found = verdict(header(), LINE, LINE)
        assert (found.holds, found.lines, found.headers) == (True, 3, 1)
        assert list(found.findings[0].fields) == list(FIELDS)

    def test_has_one_header_for_each_start(self) -> None:
        found = verdict(header(), LINE, header(), b"[INFO] Starting gunicorn\n", header())
        assert [finding.line for finding in found.findings] == [1, 3, 5]
        assert found.holds

    def test_may_end_in_the_middle_of_a_line_of_the_program(self) -> None:
        assert verdict(header(), LINE[:-5]).holds

    def test_may_speak_of_headers(self) -> None:
        quoting = orjson.dumps({"event": header().decode(), "fields": {MARK: 1}}) + b"\n"
        assert verdict(header(), quoting).holds

    def test_needs_little_memory_for_a_line_without_end(self) -> None:
        class Endless:
            """A log whose second line has 64 MB."""

            def __init__(self) -> None:
                self.pieces = iter([header(), *[b"x" * 65536] * 1000])

            def readline(self, _size: int) -> bytes:
                return next(self.pieces, b"")

        tracemalloc.start()
        public = KEY.public_key()
        found = verify_log(stream=Endless(), keys={MINE: public})  # type: ignore[arg-type]
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert (found.holds, found.lines) == (True, 2)
        assert peak < 4_000_000


class TestLogThatIsRefused:
    @pytest.mark.parametrize("name", FOREIGN_VALUES)
    def test_has_a_changed_field(self, name: str) -> None:
        assert reasons(changed({name: FOREIGN_VALUES[name]})) == [
            (1, f"changed: the signature of key {MINE} is not over these fields")
        ]

    @pytest.mark.parametrize("signature", ["", "AA==", "no base64!", None])
    def test_has_a_changed_signature(self, signature: object) -> None:
        assert reasons(changed({SIGNATURE: signature})) == [
            (1, f"changed: the signature of key {MINE} is not over these fields")
        ]

    def test_has_a_signature_of_an_unknown_key(self) -> None:
        theirs = key_id(OTHER.public_key())
        assert reasons(header(OTHER)) == [(1, f"unknown key '{theirs}'; known here: {MINE}")]

    def test_names_the_known_key_over_a_foreign_signature(self) -> None:
        forged = orjson.dumps({**orjson.loads(header(OTHER)), "key_id": MINE}) + b"\n"
        assert reasons(forged)[0][1].startswith("changed: the signature")

    def test_is_unsigned(self) -> None:
        assert reasons(header(None)) == [(1, "UNSIGNED: the process had no LOG_SIGNING_KEY")]

    @pytest.mark.parametrize("first", [LINE, b"\n", b"not json\n", b"\xff\xfe\n", b"[1]\n"])
    def test_begins_with_something_else(self, first: bytes) -> None:
        assert reasons(first, header()) == [(1, "missing header: the log must begin with one")]

    def test_is_empty(self) -> None:
        assert reasons() == [(1, "missing header: the file is empty")]

    @pytest.mark.parametrize("kept", [1, 20, 300])
    def test_is_cut_off_in_its_header(self, kept: int) -> None:
        whole = header()
        told = "missing header" if kept == 1 else "truncated or damaged"
        assert reasons(whole[:kept])[0][1].startswith(told)
        assert reasons(whole[:-1]) == [(1, "truncated: the line has no end")]

    def test_has_a_damaged_header_in_the_middle(self) -> None:
        assert reasons(header(), LINE, header()[:200] + b"\n", LINE) == [
            (3, "truncated or damaged: this is no whole JSON object")
        ]

    def test_has_a_changed_header_in_another_dress(self) -> None:
        dressed = b"  " + orjson.dumps(dict(reversed(orjson.loads(changed({"pid": 1})).items()))) + b"\n"
        assert reasons(header(), dressed)[0][0] == 2

    def test_has_a_changed_header_under_an_escaped_name(self) -> None:
        escaped = changed({"pid": 1}).replace(MARK.encode(), MARK.replace("_", "\\u005f").encode(), 1)
        assert reasons(header(), escaped) == [(2, "changed: a header in another form than it is written in")]

    @pytest.mark.parametrize(
        ("written", "instead"),
        [
            (b'"host":', b'"host":"forged","host":'),
            (b',"host"', b', "host"'),
            (b'"process":"web"', b'"process":"\\u0077eb"'),
            (b"}\n", b"}\r\n"),
            (b"}\n", b"} \n"),
        ],
        ids=["name_twice", "space_inside", "escaped_letter", "carriage_return", "space_behind"],
    )
    def test_says_the_same_in_another_form(self, written: bytes, instead: bytes) -> None:
        assert reasons(header().replace(written, instead, 1)) == [
            (1, "changed: a header in another form than it is written in")
        ]

    @pytest.mark.parametrize("name", ["key_id", "host", "pid", SIGNATURE])
    @pytest.mark.parametrize("value", [[], {"a": 1}, 1.0, True, [[[[]]]]], ids=repr)
    def test_has_a_value_of_another_type(self, name: str, value: object) -> None:
        assert reasons(changed({name: value})) == [(1, "changed: a header with a value of another type")]

    def test_is_nested_too_deep_to_be_a_header(self) -> None:
        nested = changed({"host": "HERE"}).replace(b'"HERE"', b"[" * 1000 + b"]" * 1000)
        assert reasons(nested) == [(1, "changed: a header with a value of another type")]
        assert "host" not in verdict(nested).findings[0].fields

    def test_draws_no_line_of_its_own(self) -> None:
        ((_, reason),) = reasons(changed({"\nlog: verified\x1b[2K": 1}))
        assert reason == "changed: a header with unknown \\nlog: verified\\x1b[2K"

    def test_has_a_field_more_or_less(self) -> None:
        less = orjson.loads(header())
        del less["host"]
        assert reasons(changed({"note": 1})) == [(1, "changed: a header with unknown note")]
        assert reasons(orjson.dumps(less) + b"\n") == [(1, "changed: a header without host")]

    def test_has_a_header_of_another_version(self) -> None:
        assert reasons(changed({MARK: 2})) == [(1, "version 1 of headers is known here, this one says 2")]

    def test_is_told_in_bounds(self) -> None:
        found = verdict(*[changed({"pid": 1})] * (FINDINGS_MAX + 50))
        assert (found.refused, len(found.findings)) == (FINDINGS_MAX + 50, FINDINGS_MAX)
