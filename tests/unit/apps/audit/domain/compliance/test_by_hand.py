# SPDX-License-Identifier: Apache-2.0
"""What people do by hand counts until its interval is over; what nobody recorded is never a pass."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from apps.audit.domain.compliance.by_hand import Performed, digest_of_procedure
from apps.audit.domain.compliance.pack import Pack
from apps.audit.domain.compliance.pack_schema import pack_of_text
from apps.audit.domain.compliance.posture import ControlStanding, State, posture_of
from apps.audit.domain.compliance.probe import Status
from tests.unit.apps.audit.domain.compliance.test_pack_schema import PACK
from tests.unit.apps.audit.domain.compliance.test_posture import seen

DAY = date(2026, 11, 27)
NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
READ = (
    "  - {id: read, controls: [A.5.1], title: Read, steps: [Read it.], every: P90D, evidence: The minutes.}\n"
)
DEMO = pack_of_text(PACK)
TWO = pack_of_text(PACK.replace(READ, READ + READ.replace("id: read", "id: ask")))
BOTH = pack_of_text(PACK.replace("controls: [A.5.1]", "controls: [A.5.1, CC6.1]"))


def record(outcome: str = "passed", *, pack: Pack = DEMO, on: date = DAY, **other: Any) -> Performed:
    return Performed(
        **{
            "id": UUID(int=1),
            "pack_name": pack.name,
            "procedure_id": "read",
            "procedure_digest": digest_of_procedure(pack, "read"),
            "performed_date": on,
            "outcome": outcome,
            "method": "EXAMINE",
            "note": "Read.",
            "evidence_sha256": None,
            "recorded_by": "user:alice",
            "recorded_at": NOON,
            **other,
        }
    )


def rules(*performed: Performed, pack: Pack = DEMO, now: datetime = NOON) -> ControlStanding:
    return posture_of(pack, seen={}, exceptions=(), now=now, performed=performed).controls[1]


class TestControl:
    def test_stays_by_hand_until_something_was_recorded(self) -> None:
        assert (rules().state, rules().by_hand) == (State.MANUAL, [])

    @pytest.mark.parametrize(("outcome", "state"), [("passed", State.MET), ("failed", State.NOT_MET)])
    def test_stands_as_the_record_says(self, outcome: str, state: State) -> None:
        assert rules(record(outcome)).state is state

    def test_is_unknown_again_once_the_interval_is_over(self) -> None:
        until = datetime(2027, 2, 26, tzinfo=UTC)
        assert rules(record(), now=until - timedelta(microseconds=1)).state is State.MET
        standing = rules(record(), now=until)
        assert standing.state is State.UNKNOWN
        assert (
            standing.by_hand[0].reason == "On 2026-11-27 it passed, which counted until 2027-02-26 00:00 UTC."
        )
        # What failed long ago is not known to fail still, either.
        assert rules(record("failed"), now=until).state is State.UNKNOWN

    def test_stands_as_the_latest_day_says_and_of_one_day_the_later_record(self) -> None:
        old = record("failed", on=DAY - timedelta(days=1), place=9)
        assert rules(old, record(place=3)).state is State.MET
        assert rules(record(place=3), record("failed", place=4, id=UUID(int=0))).state is State.NOT_MET

    def test_is_unknown_while_another_procedure_of_it_was_never_recorded(self) -> None:
        standing = rules(record(pack=TWO), pack=TWO)
        assert standing.state is State.UNKNOWN
        assert [each.reason for each in standing.by_hand][1] == "It was never recorded."

    def test_is_judged_by_its_checks_as_well(self) -> None:
        for outcome, state in (("passed", State.MET), ("failed", State.NOT_MET)):
            found = {"access": seen(Status.PASS)}
            performed = [record(outcome, pack=BOTH)]
            posture = posture_of(BOTH, seen=found, exceptions=(), now=NOON, performed=performed)
            assert posture.controls[0].state is state
        old = [record(pack=BOTH, on=DAY - timedelta(days=200))]
        posture = posture_of(BOTH, seen={"access": seen(Status.PASS)}, exceptions=(), now=NOON, performed=old)
        assert posture.controls[0].state is State.UNKNOWN

    def test_is_not_judged_by_records_of_another_text_or_pack(self) -> None:
        stricter = pack_of_text(PACK.replace("Read it.", "Read it twice."))
        newer = pack_of_text(PACK.replace("1.2.3", "1.3.0"))
        assert rules(record(), pack=stricter).state is State.MANUAL
        assert rules(record(pack_name="other")).state is State.MANUAL
        # The same text in a newer version asks the same.
        assert rules(record(), pack=newer).state is State.MET
