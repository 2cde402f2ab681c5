# SPDX-License-Identifier: Apache-2.0
import re
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.audit.domain.note.errors import LogPolicyMustBeWellFormed
from apps.audit.domain.note.policy_file import BYTES_MAX, parse_log_policy
from tests.unit.apps.audit.domain.note.signers import log, witness

LOG = log().key.text
KEYS = [witness(f"w{n}.example", seed=100 + n).key.text for n in range(40)]


def lines(*given: str) -> bytes:
    return "".join(f"{line}\n" for line in given).encode(errors="surrogateescape")


# The example of the specification, with keys.
EXAMPLE = lines(
    f"log {LOG}",
    "",
    *(f"witness X{n} {KEYS[n]}" for n in (1, 2, 3)),
    "group X-witnesses 2 X1 X2 X3",
    "  # of another organization",
    *(f"\twitness  Y{n}\t{KEYS[10 + n]}   https://y{n}.example/  " for n in (1, 2, 3)),
    "group Y-witnesses any Y1 Y2 Y3",
    "group X-and-Y all X-witnesses Y-witnesses",
    "quorum X-and-Y",
)


class TestAFileOfKeys:
    def test_tells_logs_and_witnesses_with_their_addresses(self) -> None:
        policy = parse_log_policy(EXAMPLE)
        assert [trusted.key for trusted in policy.logs] == [log().key]
        assert list(policy.witnesses) == ["X1", "X2", "X3", "Y1", "Y2", "Y3"]
        assert (policy.witnesses["Y2"].url, policy.witnesses["X2"].url) == ("https://y2.example/", "")

    @pytest.mark.parametrize(
        ("cosigned", "is_met"),
        [
            ("", False),
            ("X1 X2 X3", False),
            ("Y1 Y2 Y3", False),
            ("X1 Y1", False),
            ("X1 X3 Y2", True),
            ("X1 X2 X3 Y1 Y2 Y3", True),
            ("X1 X2 Z1", False),
        ],
    )
    def test_asks_for_a_quorum_of_groups(self, cosigned: str, is_met: bool) -> None:
        assert parse_log_policy(EXAMPLE).is_met(cosigned=cosigned.split()) is is_met

    def test_may_ask_for_one_witness_or_for_none(self) -> None:
        one = parse_log_policy(lines(f"witness w {KEYS[0]}", "quorum w"))
        assert (one.is_met(cosigned=[]), one.is_met(cosigned=["w"])) == (False, True)
        assert parse_log_policy(lines("quorum none")).is_met(cosigned=[])

    def test_is_written_without_addresses_and_read_the_same(self) -> None:
        policy = parse_log_policy(EXAMPLE)
        again = parse_log_policy(policy.text.encode())
        assert (again.quorum, again.groups) == (policy.quorum, policy.groups)
        assert "https" not in policy.text
        assert [w.key for w in again.witnesses.values()] == [w.key for w in policy.witnesses.values()]

    def test_keeps_names_as_the_octets_that_they_are(self) -> None:
        kelvin = lines(f"witness K {KEYS[0]}", f"witness \u212a {KEYS[1]}", "quorum \u212a")
        assert parse_log_policy(kelvin).is_met(cosigned=["\u212a"])
        assert not parse_log_policy(kelvin).is_met(cosigned=["K"])
        assert parse_log_policy(lines(f"witness \udcff {KEYS[0]}", "quorum \udcff")).quorum == "\udcff"

    def test_holds_32_of_each_and_no_more(self) -> None:
        full = [f"witness w{n} {KEYS[n]}" for n in range(32)] + [f"group g{n} any w{n}" for n in range(32)]
        assert len(parse_log_policy(lines(*full, "quorum g0")).groups) == 32
        for more in (f"witness w32 {KEYS[32]}", "group g32 any g0"):
            with pytest.raises(LogPolicyMustBeWellFormed, match="at most 32"):
                parse_log_policy(lines(*full, more, "quorum g0"))

    @pytest.mark.parametrize(
        ("bad", "why"),
        [
            ("cosigner w", "log, witness, group or quorum"),
            ("log", "log KEY"),
            (f"log {LOG} https://a b", "log KEY"),
            ("log books+00000000+AAAA", "verifier key"),
            (f"log {KEYS[5]}", "key of a log"),
            (f"log {log('other').key.text}", "each log's key once"),
            ("witness w9", "witness NAME KEY"),
            (f"witness w9 {KEYS[9]} https://a b", "witness NAME KEY"),
            (f"witness w9 {LOG}", "key of a witness"),
            (f"witness w1 {KEYS[9]}", "not taken"),
            (f"witness g1 {KEYS[9]}", "not taken"),
            (f"witness none {KEYS[9]}", "not taken"),
            (f"witness w9 {witness('else', seed=101).key.text}", "each witness's key once"),
            ("group g2 all", "group NAME"),
            ("group g2", "group NAME"),
            ("group none all w3", "not taken"),
            ("group g2 all none", "a line above"),
            ("group g2 all w4", "a line above"),
            ("group g2 all g2", "a line above"),
            ("group g2 all w3 w3", "once"),
            ("group g2 all w1 w3", "once"),
            ("group g2 0 w3", "from 1 to 1"),
            ("group g2 2 w3", "from 1 to 1"),
            ("group g2 01 w3", "from 1 to 1"),
            ("group g2 -1 w3", "from 1 to 1"),
            ("group g2 ALL w3", "from 1 to 1"),
            ("quorum", "once in the file"),
            ("quorum w1 w2", "once in the file"),
            ("quorum g9", "a line above"),
            ("quorum w1\x00", "control"),
            ("quorum w1\r", "control"),
            ("quorum w1\x7f", "control"),
            ("# a comment \x1b[31m", "control"),
        ],
    )
    def test_refuses_a_line_with_its_number(self, bad: str, why: str) -> None:
        good = [f"log {LOG}", *(f"witness w{n} {KEYS[n]}" for n in (1, 2, 3)), "group g1 all w1 w2"]
        assert parse_log_policy(lines(*good, "quorum g1")).quorum == "g1"
        with pytest.raises(LogPolicyMustBeWellFormed, match=f"^Line 6: .*{re.escape(why)}"):
            parse_log_policy(lines(*good, bad, "quorum g1"))

    def test_refuses_a_second_quorum_and_a_file_without_any(self) -> None:
        with pytest.raises(LogPolicyMustBeWellFormed, match=r"Line 2: .*once"):
            parse_log_policy(lines("quorum none", "quorum none"))
        with pytest.raises(LogPolicyMustBeWellFormed, match="quorum NAME"):
            parse_log_policy(lines(f"log {LOG}"))

    def test_refuses_a_file_that_was_cut_off_or_is_too_long(self) -> None:
        with pytest.raises(LogPolicyMustBeWellFormed, match=r"Line 1: .*newline"):
            parse_log_policy(b"quorum none")
        with pytest.raises(LogPolicyMustBeWellFormed, match="at most 65536 bytes"):
            parse_log_policy(b"#\n" * BYTES_MAX)

    @given(st.binary(max_size=200))
    def test_of_any_bytes_is_read_or_refused_and_never_fails_otherwise(self, content: bytes) -> None:
        with suppress(LogPolicyMustBeWellFormed):
            assert parse_log_policy(content).quorum == "none"
