# SPDX-License-Identifier: Apache-2.0
"""How controls stand: what is old or unseen is unknown, and unknown is never met."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from apps.audit.domain.compliance.errors import ProbeMustBeKnown, ProbeMustBeRegisteredOnce
from apps.audit.domain.compliance.pack_schema import pack_of_text
from apps.audit.domain.compliance.posture import Ended, Granted, Seen, State, is_due, posture_of
from apps.audit.domain.compliance.probe import (
    Finding,
    Status,
    failed,
    held_against,
    judged,
    passed,
    probe,
    probe_named,
    unknown,
    why_nothing_was_seen,
)
from tests.unit.apps.audit.domain.compliance.test_pack_schema import PACK

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
DEMO = pack_of_text(PACK)
CHECK_TEXT = PACK[PACK.index("  - id: access") : PACK.index("procedures:")]
(CHECK,) = DEMO.checks


def seen(status: Status, *, hours_ago: int = 1) -> Seen:
    return Seen(
        check_id="access",
        status=status,
        reason="It was looked at.",
        checked_at=NOW - timedelta(hours=hours_ago),
        evidence="{}",
        digest="0" * 64,
        result_id=UUID(int=1),
        run_id=UUID(int=2),
    )


def exception(ends_date: date) -> Granted:
    return Granted(
        id=UUID(int=3),
        control_id="CC6.1",
        reason="New laptops come in December.",
        requested_by="user:alice",
        approved_by="user:bob",
        ends_date=ends_date,
        document=b"{}",
    )


def state(found: Seen | None, *exceptions: Granted) -> State:
    posture = posture_of(DEMO, seen={"access": found} if found else {}, exceptions=exceptions, now=NOW)
    return posture.controls[0].state


class TestControl:
    def test_is_met_by_a_fresh_pass(self) -> None:
        assert state(seen(Status.PASS)) is State.MET

    @pytest.mark.parametrize("found", [None, seen(Status.PASS, hours_ago=25), seen(Status.UNKNOWN)])
    def test_is_unknown_without_one(self, found: Seen | None) -> None:
        assert state(found) is State.UNKNOWN

    def test_fails_with_a_check(self) -> None:
        posture = posture_of(DEMO, seen={"access": seen(Status.FAIL)}, exceptions=(), now=NOW)
        assert [each.control.id for each in posture.gaps] == ["CC6.1"]
        assert posture.counts == {State.NOT_MET: 1, State.MANUAL: 1}

    def test_is_excepted_until_the_day_ends(self) -> None:
        assert state(seen(Status.FAIL), exception(date(2026, 11, 28))) is State.EXCEPTED
        assert state(seen(Status.FAIL), exception(date(2026, 11, 27))) is State.NOT_MET

    def test_is_excepted_until_somebody_ends_that(self) -> None:
        ended = Ended(id=UUID(int=4), reason="They came.", ended_by="user:bob", ended_at=NOW)
        over = replace(exception(date(2026, 12, 31)), ended=ended)
        assert state(seen(Status.FAIL), over) is State.NOT_MET
        later = replace(over, ended=replace(ended, ended_at=NOW + timedelta(seconds=1)))
        assert state(seen(Status.FAIL), later) is State.EXCEPTED

    def test_is_not_excepted_from_being_seen(self) -> None:
        assert state(seen(Status.UNKNOWN), exception(date(2026, 12, 31))) is State.UNKNOWN

    def test_is_unknown_while_one_check_fails_as_agreed_and_another_sees_nothing(self) -> None:
        two = pack_of_text(PACK.replace(CHECK_TEXT, CHECK_TEXT + CHECK_TEXT.replace("access", "other")))
        results, granted = {"access": seen(Status.FAIL)}, [exception(date(2026, 12, 31))]
        (first, _) = posture_of(two, seen=results, exceptions=granted, now=NOW).controls
        assert first.state is State.UNKNOWN

    def test_that_people_see_to_is_told_as_such(self) -> None:
        posture = posture_of(DEMO, seen={}, exceptions=(), now=NOW)
        assert (posture.controls[1].state, posture.controls[1].procedures[0].id) == (State.MANUAL, "read")


class TestSchedule:
    @pytest.mark.parametrize(("hours_ago", "due"), [(11, False), (12, True), (30, True)])
    def test_looks_again_at_half_the_age(self, hours_ago: int, due: bool) -> None:
        assert is_due(CHECK, seen(Status.PASS, hours_ago=hours_ago), now=NOW) is due

    def test_looks_at_what_was_never_seen(self) -> None:
        assert is_due(CHECK, None, now=NOW)

    def test_tells_when_the_first_check_is_due(self) -> None:
        found = {CHECK.id: seen(Status.PASS, hours_ago=2)}
        posture = posture_of(DEMO, seen=found, exceptions=(), now=NOW)
        assert posture.next_due_at == NOW + timedelta(hours=10)
        assert posture_of(DEMO, seen={}, exceptions=(), now=NOW).next_due_at is None


class TestFinding:
    def test_is_never_milder_by_what_a_pack_expects(self) -> None:
        red = Finding(Status.FAIL, "It fails.", {"offending": 0})
        assert held_against(red, expect={"offending": "0"}) is red

    @pytest.mark.parametrize(
        ("expect", "status"),
        [
            ({"offending": "0", "is_on": "true"}, "pass"),
            ({"offending": "1"}, "fail"),
            ({"other": "0"}, "unknown"),
        ],
    )
    def test_holds_what_a_pack_expects(self, expect: dict[str, str], status: str) -> None:
        assert held_against(passed("It is well.", offending=0, is_on=True), expect=expect).status == status

    @pytest.mark.parametrize(
        "found",
        [
            passed("x" * 501),
            failed("x" * 501),
            unknown("x" * 501),
            judged(True, well="x" * 501, ill=""),
            judged(False, well="", ill="x" * 501),
        ],
    )
    def test_has_a_reason_that_can_be_kept(self, found: Finding) -> None:
        assert found.reason == "x" * 500

    def test_hashes_its_evidence_in_one_form(self) -> None:
        assert passed("a", x=1, y=2).digest == passed("b", y=2, x=1).digest != unknown("c").digest

    def test_tells_no_words_of_a_foreign_error(self) -> None:
        found = why_nothing_was_seen(RuntimeError("password=hunter2"))  # pragma: allowlist secret
        assert (found.status, found.reason) == ("unknown", "The look failed: RuntimeError.")


class TestProbe:
    def test_is_registered_once(self) -> None:
        with pytest.raises(ProbeMustBeRegisteredOnce):
            probe("identity.second_factors", title="", remedy="")(lambda asked: passed(""))

    def test_takes_no_strange_parameter(self) -> None:
        with pytest.raises(ProbeMustBeKnown, match="got weeks"):
            probe_named("identity.dormant_accounts", parameters={"weeks": 1})
        with pytest.raises(ProbeMustBeKnown, match="got none"):
            probe_named("identity.nothing")
