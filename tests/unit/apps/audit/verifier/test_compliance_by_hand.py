# SPDX-License-Identifier: Apache-2.0
"""What people did by hand, and exceptions that ended early, verified offline."""

import io
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from zipfile import ZipFile

import pytest

from apps.audit.domain.compliance.pack_schema import pack_of_text
from cortex.canonical_json import canonical_json
from tests.factories.assessed import AT, DAY, PACK_TEXT, House
from tests.factories.evidence_log import content, forged, keys_text
from tests.unit.apps.audit.verifier.test_compliance import OSCAL, changed, judged, oscal


@pytest.fixture
def house() -> House:
    """Return a house whose rules are seen to by hand alone, and were read half a day ago."""
    house = House(pack=pack_of_text(PACK_TEXT.replace("[CC6.1, A.5.1]", "[CC6.1]")))
    house.run({"access": "pass", "keys": "pass"}, at=AT - DAY / 2)
    house.perform("read", "passed", on=(AT - DAY).date())
    house.log.seal()
    return house


def result_of(archive: bytes) -> dict[str, Any]:
    found: dict[str, Any] = oscal(archive)["assessment-results"]["results"][0]
    return found


def states(archive: bytes) -> list[str]:
    return [
        prop["value"]
        for finding in result_of(archive)["findings"]
        for prop in finding["props"]
        if prop["name"] == "state"
    ]


class TestAccepting:
    def test_says_what_was_proved_and_what_a_record_is(self, house: House) -> None:
        told = judged(house.archive())
        assert told.refused is None
        assert "1 records of procedures are the ones that leaves fixed." in told.report.proved
        assert "tell whether a procedure was carried out" in [each["what"] for each in told.report.could_not]

    def test_finds_the_record_among_observations_and_findings(self, house: House) -> None:
        result = result_of(house.archive())
        assert states(house.archive()) == ["met", "met"]
        (one,) = (each for each in result["observations"] if each["methods"] == ["EXAMINE"])
        assert (one["description"], one["collected"], one["expires"]) == (
            "Read with the board.",
            "2026-02-28T00:00:00.000000+00:00",
            "2026-05-30T00:00:00.000000+00:00",
        )
        assert result["findings"][1]["related-observations"] == [{"observation-uuid": one["uuid"]}]
        assert "remarks" not in result["reviewed-controls"]["control-selections"][0]

    def test_takes_what_is_over_for_unknown_and_what_failed_for_not_met(self, house: House) -> None:
        over = house.archive(end=AT + 90 * DAY)
        assert judged(over).refused is None
        assert states(over)[1] == "unknown"
        house.perform("read", "failed", on=AT.date(), evidence=False)
        house.log.seal()
        failed = house.archive()
        assert judged(failed).refused is None
        assert states(failed)[1] == "not-met"
        assert "read: On 2026-03-01 it failed" in result_of(failed)["risks"][0]["description"]

    def test_judges_nothing_by_what_was_recorded_later(self, house: House) -> None:
        house.perform("read", "failed", on=(AT - DAY).date(), at=AT + timedelta(hours=1))
        house.log.seal()
        assert judged(house.archive()).refused is None
        assert states(house.archive())[1] == "met"

    def test_leaves_a_control_without_a_record_out(self) -> None:
        house = House(pack=pack_of_text(PACK_TEXT.replace("[CC6.1, A.5.1]", "[CC6.1]")))
        house.run({"access": "pass", "keys": "pass"}, at=AT - DAY / 2)
        house.log.seal()
        assert judged(house.archive()).refused is None
        assert states(house.archive()) == ["met"]

    def test_counts_an_exception_until_somebody_ended_it(self, house: House) -> None:
        house.run({"access": "fail"}, at=AT - DAY / 4)
        granted = house.let_fail("CC6.1", until=(AT + 9 * DAY).date())
        house.end(granted, at=AT - timedelta(hours=1))
        house.log.seal()
        archive = house.archive()
        assert judged(archive).refused is None
        assert states(archive)[0] == "not-met"
        house.exceptions[0] = granted
        name = next(each for each in _names(archive) if "exception-ends" in each)
        # To keep the end back shows: its leaf is there.
        assert "what it fixes is not there" in str(judged(forged(archive, {name: None})).refused)


class TestRefusing:
    @pytest.mark.parametrize("folder", ["procedures", "exception-ends"])
    def test_finds_each_flipped_byte(self, house: House, folder: str) -> None:
        house.end(house.let_fail("CC6.1", until=(AT + 9 * DAY).date()), at=AT - DAY / 8)
        house.log.seal()
        archive, every = house.archive(), keys_text(quorum="every")
        (name,) = (each for each in _names(archive) if each.startswith(f"compliance/{folder}/"))
        original = content(archive, name)
        for place in range(0, len(original), 7):
            flipped = bytearray(original)
            flipped[place] ^= 1
            assert judged(forged(archive, {name: bytes(flipped)}), keys=every).refused, f"byte {place}"

    def test_finds_a_record_that_was_left_out(self, house: House) -> None:
        archive = house.archive()
        name = f"compliance/procedures/{house.performed[0].id}.json"
        assert "what it fixes is not there" in str(judged(forged(archive, {name: None})).refused)

    @pytest.mark.parametrize(
        "change",
        [
            lambda one: one.update(description="Read twice."),
            lambda one: one.update(methods=["INTERVIEW"]),
            lambda one: one.update(collected="2026-03-01T00:00:00.000000+00:00"),
            lambda one: one.update(expires="2027-03-01T00:00:00.000000+00:00"),
            lambda one: one["props"][2].update(value="fail"),
            lambda one: one["props"].pop(),
            lambda one: one["props"][0].update(value="00000000-0000-0000-0000-000000000000"),
        ],
        ids=["note", "method", "day", "interval", "outcome", "evidence", "record"],
    )
    def test_finds_an_observation_that_says_something_else(
        self, house: House, change: Callable[[dict[str, Any]], None]
    ) -> None:
        def forge(result: dict[str, Any]) -> None:
            change(next(each for each in result["observations"] if each["methods"] == ["EXAMINE"]))

        assert "of a procedure" in changed(house.archive(), forge)

    def test_finds_one_that_is_missing_and_a_finding_that_does_not_follow(self, house: House) -> None:
        def forget(result: dict[str, Any]) -> None:
            result["observations"].pop()

        assert "is not among its observations." in changed(house.archive(), forget)
        document = json.loads(content(house.archive(), OSCAL))
        del document["assessment-results"]["results"][0]["findings"][1]
        refused = judged(forged(house.archive(), {OSCAL: canonical_json(document)})).refused
        assert refused == f"{OSCAL}: it has no finding for the control A.5.1."


def _names(archive: bytes) -> list[str]:
    with ZipFile(io.BytesIO(archive)) as opened:
        return opened.namelist()
