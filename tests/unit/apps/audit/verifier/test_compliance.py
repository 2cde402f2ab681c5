# SPDX-License-Identifier: Apache-2.0
"""How controls stood, verified offline: what is proved, what is refused, and with which sentence."""

import io
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID
from zipfile import ZipFile

import pytest

from apps.audit.adapters.oscal.validation import require_valid
from apps.audit.domain.archive.compliance_section import Compliance, compliance_files
from apps.audit.domain.archive.frame import Period
from apps.audit.domain.archive.installation import installation_files
from apps.audit.management.verifier.verify import Unreadable, read_pack_keys
from cortex.canonical_json import canonical_json
from tests.factories.assessed import AT, DAY, PACK_ID, PACK_KEYS, PACKS, House
from tests.factories.evidence_log import (
    Verdict,
    company_archive_files,
    content,
    forged,
    keys_text,
    packed,
    verdict,
)

OURS, OTHERS = UUID(int=1 << 90), UUID(int=2 << 90)
OSCAL = "oscal/assessment-results-demo-1.2.3.json"


@pytest.fixture
def house() -> House:
    """Return three runs: one before the period, one in which a check failed, and one of the other check."""
    house = House()
    house.log.append(OURS, day=date(2026, 1, 5), text="Miete")
    house.run({"access": "pass", "keys": "pass"}, at=AT - 20 * DAY)
    house.run({"access": "fail"}, at=AT - DAY / 2, evidence='{"offending":3}')
    house.run({"access": "fail"}, at=AT - DAY / 4, evidence='{"offending":2}')
    house.restore()
    house.log.seal()
    return house


def judged(archive: bytes, **given: Any) -> Verdict:
    return verdict(archive, pack_keys=PACK_KEYS, **given)


def oscal(archive: bytes) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(content(archive, OSCAL))
    require_valid(found)
    return found


def changed(archive: bytes, change: Callable[[dict[str, Any]], None]) -> str:
    """Return what the verifier says once a forger changed the OSCAL document and made the rest fit."""
    document = json.loads(content(archive, OSCAL))
    change(document["assessment-results"]["results"][0])
    return str(judged(forged(archive, {OSCAL: canonical_json(document)})).refused)


class TestAccepting:
    def test_says_what_was_proved(self, house: House) -> None:
        told = judged(house.archive())
        assert told.refused is None
        assert told.report.proved[-5] == (
            "The OSCAL observations, findings and risks of demo 1.2.3 follow from its runs; its controls are "
            "judged at 2026-03-01T12:00:00 UTC."
        )
        assert told.report.proved[-4].startswith(
            "3 runs of the checks of demo, from 2026-02-09T11:59:59 to 2026-03-01T05:59:59 UTC, are the ones"
        )
        assert told.report.proved[-2:] == [
            "1 restores here were found equal to their backup, 0 were not.",
            "The packs were signed by packs.example.com.",
        ]

    def test_says_what_could_not_be_told_without_keys_of_packs(self, house: House) -> None:
        told = verdict(house.archive())
        assert told.refused is None
        assert "tell who signed demo 1.2.3" in [each["what"] for each in told.report.could_not]

    def test_judges_controls_as_the_program_does(self, house: House) -> None:
        """CC6.1 has a check that failed; A.5.1 one that passed long ago, and still counts."""
        result = oscal(house.archive())["assessment-results"]["results"][0]
        states = [each["target"]["status"]["state"] for each in result["findings"]]
        assert states == ["not-satisfied", "satisfied"]
        assert [each["status"] for each in result["risks"]] == ["open"]
        assert [each["title"] for each in result["observations"]] == ["access", "keys", "access", "access"]

    def test_takes_what_is_too_old_for_unknown(self, house: House) -> None:
        archive = house.archive(end=AT + 11 * DAY)
        assert judged(archive).refused is None
        (first, second) = oscal(archive)["assessment-results"]["results"][0]["findings"]
        assert {each["value"] for each in first["props"] + second["props"]} >= {"unknown"}

    def test_counts_an_exception_until_its_end(self, house: House) -> None:
        house.let_fail("CC6.1", until=(AT + DAY).date())
        house.log.seal()
        archive = house.archive()
        assert judged(archive).refused is None
        (risk,) = oscal(archive)["assessment-results"]["results"][0]["risks"]
        assert risk["status"] == "deviation-approved"
        later = house.archive(end=AT + DAY)
        assert judged(later).refused is None
        assert oscal(later)["assessment-results"]["results"][0]["risks"][0]["status"] == "open"

    def test_counts_no_exception_that_was_agreed_to_afterwards(self, house: House) -> None:
        house.let_fail("CC6.1", until=(AT + DAY).date(), approved_at=AT + DAY / 24)
        house.log.seal()
        refused = str(judged(house.archive()).refused)
        assert "CC6.1" in refused
        assert "not-met" in refused

    def test_says_of_an_older_exception_that_nothing_tells_when_it_was_agreed_to(self, house: House) -> None:
        house.let_fail("CC6.1", until=(AT + DAY).date(), approved_at=None)
        house.log.seal()
        told = judged(house.archive())
        assert told.refused is None
        assert "tell when each exception was agreed to" in [each["what"] for each in told.report.could_not]

    def test_goes_along_with_the_books_of_a_company(self, house: House) -> None:
        files = company_archive_files(house.log, OURS, compliance=house.files(company_id=OURS))
        told = judged(packed(files))
        assert told.refused is None
        assert any("of the company" in each for each in told.report.proved)
        assert "The packs were signed by packs.example.com." in told.report.proved

    @pytest.mark.parametrize("name", [str(OTHERS), "client-of-others"])
    def test_leaves_evidence_that_may_name_others_out_and_says_so(self, house: House, name: str) -> None:
        house.run({"access": "fail"}, at=AT - DAY / 8, evidence=f'{{"first":["{OURS}"],"offending":1}}')
        house.run({"access": "fail"}, at=AT, evidence=f'{{"first":["{name}"],"offending":1}}')
        house.log.seal()
        archive = packed(company_archive_files(house.log, OURS, compliance=house.files(company_id=OURS)))
        assert name.encode() not in archive
        told = judged(archive)
        assert told.refused is None
        assert "show 1 pieces of evidence" in [each["what"] for each in told.report.could_not]
        assert name.encode() in house.archive()

    def test_takes_a_run_that_ended_after_one_that_began_later(self) -> None:
        """Around midnight the chain is that of the log: the run in between began before the period."""
        house = House()
        for hours in (2, 26, 3, 40):
            house.run({"access": "pass"}, at=AT - DAY * 2 + DAY / 24 * hours)
        house.log.seal()
        first = (AT - DAY).date()
        assert judged(house.archive(from_date=first)).refused is None
        gap = judged(house.archive(from_date=first, without=[house.runs[2].kept.id])).refused
        assert str(gap).endswith("it was left out.")

    def test_tells_when_the_run_before_the_first_is_not_here(self, house: House) -> None:
        told = judged(house.archive(without=[house.runs[0].kept.id]))
        assert told.refused is None
        assert any("was run before" in each["what"] for each in told.report.could_not)

    def test_proves_results_of_access_reviews(self, house: House) -> None:
        name = house.review()
        house.log.seal()
        archive = house.archive()
        told = judged(archive)
        assert told.refused is None
        assert "1 results of access reviews are the ones that leaves fixed." in told.report.proved
        refused = judged(forged(archive, {name: content(archive, name) + b" "})).refused
        assert str(refused).startswith(f"{name}: it is not what leaf")
        strange = "compliance/reviews/1.json"
        assert judged(forged(archive, {strange: b"{}"})).refused == (
            f"{strange}: it is not the result that a leaf fixes; it was changed."
        )

    def test_says_that_there_was_no_pack(self) -> None:
        house = House()
        house.log.append(OURS)
        house.log.seal()
        files = compliance_files(
            frame=house.log.frame(),
            compliance=Compliance(company_id=None, assessments=[], leaves=[], records={}, as_of=AT),
            oscal={},
            read=house.log.read_tile,
        )
        told = judged(
            packed(list(installation_files(frame=house.log.frame(), period=Period(), compliance=files)))
        )
        assert told.refused is None
        assert "tell how controls stood" in [each["what"] for each in told.report.could_not]


class TestOneFlippedByte:
    @pytest.mark.parametrize("company_id", [None, OURS], ids=["installation", "company"])
    def test_is_refused_wherever_it_is(self, house: House, company_id: UUID | None) -> None:
        archive = house.archive()
        if company_id:
            told = house.files(company_id=company_id)
            archive = packed(company_archive_files(house.log, company_id, compliance=told))
        for place in range(0, len(archive), 79):
            flipped = bytearray(archive)
            flipped[place] ^= 1 << place % 8
            assert judged(bytes(flipped)).refused, f"byte {place}"

    def test_is_refused_in_all_that_proves_something_even_when_a_forger_makes_the_rest_fit(
        self, house: House
    ) -> None:
        house.let_fail("CC6.1", until=(AT + DAY).date())
        house.log.seal()
        archive, every = house.archive(), keys_text(quorum="every")
        with ZipFile(io.BytesIO(archive)) as opened:
            names = [name for name in opened.namelist() if name.startswith("compliance/")]
        assert {name.split("/")[1] for name in names} == {
            *("evidence", "exceptions", "leaves", "packs", "register", "runs")
        }
        for name in names:
            original = content(archive, name)
            for place in range(0, len(original), max(1, len(original) // 12)):
                flipped = bytearray(original)
                flipped[place] ^= 1
                refused = judged(forged(archive, {name: bytes(flipped)}), keys=every).refused
                assert refused, f"{name}: byte {place}"
                assert "no sentence" not in refused


class TestRefusing:
    def test_names_the_evidence_that_was_changed(self, house: House) -> None:
        archive = house.archive()
        (name, *_) = sorted(each for each in ZipFile(io.BytesIO(archive)).namelist() if "/evidence/" in each)
        refused = judged(forged(archive, {name: b'{"offending":0} '})).refused
        assert refused == f"{name}: its content was changed; its name is the digest that a result fixes."

    def test_names_the_run_that_was_changed(self, house: House) -> None:
        archive, run = house.archive(), house.runs[1].kept.id
        name = f"compliance/runs/{run}.json"
        better = content(archive, name).replace(b'"fail"', b'"pass"')
        assert "fixes; it was changed." in str(judged(forged(archive, {name: better})).refused)

    def test_finds_a_run_that_was_left_out_between_others(self, house: House) -> None:
        archive = house.archive(without=[house.runs[1].kept.id])
        assert judged(archive).refused == (
            f"compliance/runs/{house.runs[2].kept.id}.json: the run before it is not here; it was left out."
        )

    def test_finds_a_leaf_without_what_it_fixes(self, house: House) -> None:
        archive, run = house.archive(), house.runs[0].kept.id
        refused = judged(forged(archive, {f"compliance/runs/{run}.json": None})).refused
        assert refused == (
            f"compliance/: a leaf says audit.check.run of {run}, and what it fixes is not there."
        )

    def test_finds_evidence_that_is_not_there(self, house: House) -> None:
        archive = house.archive()
        (name, *_) = [each for each in ZipFile(io.BytesIO(archive)).namelist() if "/evidence/" in each]
        refused = judged(forged(archive, {name: None})).refused
        assert refused == "compliance/evidence/: 1 pieces of evidence are not here."

    def test_finds_evidence_that_no_result_has(self, house: House) -> None:
        name = (
            f"compliance/evidence/{'44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a'}.json"
        )
        refused = judged(forged(house.archive(), {name: b"{}"})).refused
        assert refused == f"{name}: no result here has this evidence."

    def test_finds_a_pack_that_somebody_else_signed(self, house: House) -> None:
        other = {(PACKS.name, b"1234"): b"x" * 32}
        refused = verdict(house.archive(), pack_keys=other).refused
        assert refused == (
            "compliance/packs/demo-1.2.3.note: expected a signature by one of your keys of packs, got none."
        )

    def test_finds_a_pack_that_was_changed(self, house: House) -> None:
        archive, name = house.archive(), "compliance/packs/demo-1.2.3.json"
        milder = content(archive, name).replace(b"PT24H", b"P999D")
        assert judged(forged(archive, {name: milder})).refused == (
            f"{name}: no leaf here says that this pack was approved; it was changed."
        )

    def test_takes_no_pack_that_merely_waits(self) -> None:
        house = House()
        house.places.clear()
        house.places.append(house.log.fix("audit.pack.write", "audit.pack", PACK_ID, house.pack.digest))
        house.log.seal()
        assert "no leaf here says that this pack was approved" in str(judged(house.archive()).refused)

    def test_judges_no_control_before_what_tells_of_it(self, house: House) -> None:
        """A control that failed at noon is not shown as it stood in the morning."""
        archive = house.archive(end=AT - DAY / 3)
        assert f"it judges controls before run {house.runs[2].kept.id}" in str(judged(archive).refused)

    def test_takes_no_leaf_of_a_company_for_one_of_the_platform(self, house: House) -> None:
        own = house.log.placed(1)
        house.places.append(own.leaf_index)
        assert "of no company, and one for each thing." in str(judged(house.archive()).refused)

    def test_finds_what_no_leaf_fixes(self, house: House) -> None:
        name = "compliance/exceptions/1.json"
        assert judged(forged(house.archive(), {name: b"{}"})).refused == f"{name}: no leaf here fixes it."

    def test_finds_runs_whose_pack_is_not_here(self, house: House) -> None:
        leaf = f"compliance/leaves/{house.log.placed(house.places[0]).leaf_id}"
        pack = "compliance/packs/demo-1.2.3"
        gone = [f"{leaf}.json", f"{leaf}.tlog-proof", f"{pack}.json", f"{pack}.note"]
        refused = str(judged(forged(house.archive(), dict.fromkeys(gone))).refused)
        assert refused.endswith("its pack demo 1.2.3 is not here.")

    def test_finds_assessment_results_of_another_pack(self, house: House) -> None:
        archive = house.archive()
        other = "oscal/assessment-results-demo-9.json"
        moved = judged(forged(archive, {OSCAL: None, other: content(archive, OSCAL)})).refused
        assert moved == f"{other}: it assesses demo 1.2.3."
        document = json.loads(content(archive, OSCAL))
        document["assessment-results"]["import-ap"]["href"] = "#another"
        refused = judged(forged(archive, {OSCAL: canonical_json(document)})).refused
        assert refused == f"{OSCAL}: the pack that it refers to is not here."

    def test_needs_the_assessment_results_of_each_pack(self, house: House) -> None:
        refused = judged(forged(house.archive(), {OSCAL: None})).refused
        assert refused == "oscal/: the assessment results of the pack demo are not here."

    def test_finds_findings_that_do_not_follow(self, house: House) -> None:
        def satisfy(result: dict[str, Any]) -> None:
            result["findings"][0]["target"]["status"]["state"] = "satisfied"
            result["findings"][0]["props"][1]["value"] = "met"

        assert changed(house.archive(), satisfy) == (
            f"{OSCAL}: control CC6.1 is not-met, and its finding says met."
        )

    @pytest.mark.parametrize(
        ("change", "sentence"),
        [
            (lambda result: result["findings"].pop(), "it has no finding for the control A.5.1."),
            (lambda result: result["observations"].pop(), "is not among its observations."),
            (
                lambda result: result["observations"][0].update(description="All is well."),
                "observation 1: it is not what run",
            ),
            (
                lambda result: result["observations"][0].pop("relevant-evidence"),
                "observation 1: it does not refer to the evidence of its result.",
            ),
            (lambda result: result["risks"][0].update(status="closed"), "and its risk says something else."),
            (
                lambda result: result["risks"].append({"uuid": "x", "title": "X"}),
                "no finding has the risk 'X'",
            ),
            (lambda result: result.pop("end"), "a member is missing or of another kind"),
            (lambda result: result.update(end="2026-03-01"), "expected an instant in UTC"),
        ],
    )
    def test_names_what_is_wrong_in_assessment_results(
        self, house: House, change: Callable[[dict[str, Any]], None], sentence: str
    ) -> None:
        assert sentence in changed(house.archive(), change)


class TestProgram:
    def test_reads_keys_of_packs(self, tmp_path: Path) -> None:
        file = tmp_path / "keys"
        file.write_text(f"# ours\n\n{PACKS.vkey}\n")
        assert read_pack_keys(file) == PACK_KEYS
        assert read_pack_keys(None) == {}
        for text in ("# none\n", "packs.example.com+00000000+AAAA\n"):
            file.write_text(text)
            with pytest.raises(Unreadable):
                read_pack_keys(file)
