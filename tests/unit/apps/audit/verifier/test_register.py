# SPDX-License-Identifier: Apache-2.0
"""Nothing that was recorded for the installation is left out unseen: each run of checks counted it."""

import json
from collections.abc import Sequence
from datetime import date

import pytest

from apps.audit.domain.archive.whole_log import behind_lengths
from apps.audit.domain.compliance import register
from tests.factories.assessed import AT, DAY, PACK_KEYS, House
from tests.factories.evidence_log import Verdict, content, forged, verdict

FILE = "compliance/register"


@pytest.fixture
def house() -> House:
    """Return a house: a pack approved, a run, a restore that differed, a record, a run that counted all."""
    house = House()
    house.run({"access": "pass", "keys": "pass"}, at=AT - DAY)
    house.restore(is_equal=False)
    house.perform("read", "passed", on=(AT - DAY).date())
    house.run({"access": "pass"}, at=AT - DAY / 4)
    house.log.seal()
    return house


def judged(archive: bytes) -> Verdict:
    return verdict(archive, pack_keys=PACK_KEYS)


def missed(told: Verdict) -> str:
    assert told.refused is None
    return " ".join(each["what"] for each in told.report.could_not)


def counted(told: Verdict) -> list[str]:
    return [each for each in told.report.proved if "a run of checks counted them" in each]


def leaf_of(house: House, verb: str) -> str:
    """Return the id of the newest leaf of a verb."""
    ids: list[str] = [leaf["id"] for leaf in map(json.loads, house.log.bodies) if leaf.get("verb") == verb]
    return ids[-1]


def without_leaf(archive: bytes, leaf_id: str, **change: bytes | None) -> bytes:
    """Return the archive of a forger who leaves out a leaf and its proof, and makes the rest fit."""
    names = (f"compliance/leaves/{leaf_id}.json", f"compliance/leaves/{leaf_id}.tlog-proof")
    return forged(archive, {**dict.fromkeys(names), **change})


class TestWhatWasRecorded:
    def test_is_all_here_as_the_last_run_counted_it(self, house: House) -> None:
        told = judged(house.archive())
        [sentence] = counted(told)
        # The approval, the first run, the restore and the record stood in the log when the last run began.
        assert "All 3 leaves of the installation" in sentence
        assert "among the first 4 of the log are here" in sentence
        assert sentence.endswith("a run of checks counted them at 2026-03-01T05:59:59 UTC.")
        assert "show what" not in missed(told)
        assert "after the first 4 leaves" in missed(told)

    def test_is_told_where_it_is_kept_back(self, house: House) -> None:
        """A restore that went badly, of which the archive says nothing but that it was."""
        told = judged(without_leaf(house.archive(), leaf_of(house, "backups.restore.differed")))
        assert "show what leaves of the period fix: 1 of backups.restore.differed" in missed(told)

    def test_of_another_period_is_not_missed(self, house: House) -> None:
        """The ids of the factory are of 1970."""
        archive = without_leaf(
            house.archive(from_date=date(2026, 1, 1)), leaf_of(house, "backups.restore.differed")
        )
        assert "show what" not in missed(judged(archive))

    def test_that_no_run_counted_may_have_been_left_out(self) -> None:
        house = House(counts=False)
        house.run({"access": "pass", "keys": "pass"}, at=AT - DAY)
        house.log.seal()
        told = judged(house.archive())
        assert counted(told) == []
        for what in ("checks", "pack", "an exception or its end", "a restore", "a record of a", "a review"):
            assert what in missed(told)

    def test_is_counted_from_the_first_run_on_that_counts(self) -> None:
        house = House(counts=False)
        house.run({"access": "pass", "keys": "pass"}, at=AT - DAY)
        house.counts = True
        house.restore()
        house.run({"access": "pass"}, at=AT - DAY / 4)
        house.log.seal()
        assert "All 2 leaves" in counted(judged(house.archive()))[0]

    def test_is_counted_by_the_verbs_of_the_run(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A release that registers more reads the runs of one that registered less, beside its own."""
        house = House()
        house.restore()
        known = register.REGISTERED
        fewer = tuple(verb for verb in known if not verb.startswith("backups."))
        for verbs in (fewer, known):
            monkeypatch.setattr(register, "REGISTERED", verbs)
            monkeypatch.setattr("tests.factories.assessed.REGISTERED", verbs)
            house.run({"access": "pass", "keys": "pass"}, at=AT - DAY / (1 + len(house.runs)))
        house.log.seal()
        assert "All 2 leaves" in counted(judged(house.archive()))[0]
        monkeypatch.setattr("tests.factories.assessed.REGISTERED", known)
        assert "All 1 leaves" in counted(judged(house.archive(without=[house.runs[-1].kept.id])))[0]

    def test_behind_what_a_run_counted_earlier_was_counted_so_then(self, house: House) -> None:
        told = judged(house.archive(without=[house.runs[-1].kept.id]))
        assert "All 1 leaves" in counted(told)[0]


def bodies(house: House) -> list[bytes]:
    return house.registered[:3]


class TestAnotherRegister:
    @pytest.mark.parametrize(
        "order", [[], [0, 2], [0, 1], [1, 2], [0, 2, 1], [0, 1, 2, 2], [0, 0, 1, 2], [2]], ids=str
    )
    def test_with_leaves_left_out_added_or_in_another_order_is_refused(
        self, house: House, order: Sequence[int]
    ) -> None:
        changed = behind_lengths(bodies(house)[place] for place in order)
        refused = judged(forged(house.archive(), {FILE: changed})).refused
        assert refused is not None
        assert refused.startswith(f"{FILE}: ")

    def test_without_the_leaf_that_is_kept_back_is_refused(self, house: House) -> None:
        leaf_id = leaf_of(house, "backups.restore.differed")
        rest = [body for body in bodies(house) if leaf_id.encode() not in body]
        archive = forged(house.archive(), {FILE: behind_lengths(rest)})
        assert "a leaf is missing or changed" in str(judged(without_leaf(archive, leaf_id)).refused)

    def test_that_is_not_there_is_refused(self, house: House) -> None:
        refused = judged(forged(house.archive(), {FILE: None})).refused
        assert refused == f"{FILE}: expected in the archive, and it is not there."

    def test_that_no_run_counted_is_refused(self) -> None:
        house = House(counts=False)
        house.run({"access": "pass", "keys": "pass"}, at=AT - DAY)
        house.log.seal()
        archive = forged(house.archive(), {FILE: behind_lengths(house.registered)})
        assert "does not belong into an archive of this kind" in str(judged(archive).refused)

    def test_holds_what_the_archive_has(self, house: House) -> None:
        assert content(house.archive(), FILE) == behind_lengths(bodies(house))
