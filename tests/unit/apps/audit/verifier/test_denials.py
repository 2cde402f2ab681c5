# SPDX-License-Identifier: Apache-2.0
"""What was denied is proved offline: leaves fix seals, seals fix hashes, and hashes fix denials."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from apps.audit.domain.archive.frame import Period
from tests.factories.assessed import AT, DAY, PACK_KEYS, House
from tests.factories.denied import SEAL_TYPE, SEAL_VERB, Denier
from tests.factories.evidence_log import (
    LogInMemory,
    Verdict,
    company_archive_files,
    content,
    forged,
    packed,
    verdict,
)

OURS, OTHERS = UUID(int=1 << 90), UUID(int=2 << 90)
SEALS, HASHES, DENIED = "denials/seals.jsonl", "denials/hashes", "denials/denied.jsonl"


def three_seals(company_id: UUID | None) -> Denier:
    """Return three days on each of which something was denied, or nothing."""
    denier = Denier(LogInMemory(), company_id)
    for count in (3, 0, 2):
        denier.seal(denier.deny(count))
    return denier


def books_of(denier: Denier, *, period: Period | None = None, **told: object) -> bytes:
    """Return the archive of the company."""
    denier.log.append(OTHERS)
    denier.log.seal()
    files = denier.files(**told)  # type: ignore[arg-type]
    return packed(company_archive_files(denier.log, OURS, period=period, denials=files))


def controls_of(denier: Denier, **told: object) -> bytes:
    """Return the archive of the installation."""
    house = House(log=denier.log)
    house.run({"access": "pass", "keys": "pass"}, at=AT - DAY)
    house.log.seal()
    return house.archive(denials=denier.files(**told))  # type: ignore[arg-type]


def missed(told: Verdict) -> list[str]:
    assert told.refused is None
    return [each["what"] for each in told.report.could_not]


def refused(archive: bytes) -> str:
    told = verdict(archive, pack_keys=PACK_KEYS)
    assert told.refused is not None
    return told.refused


class TestDenialsOfACompany:
    def test_are_proved_by_their_number_and_one_by_one(self) -> None:
        told = verdict(books_of(three_seals(OURS)))
        assert told.refused is None
        assert (
            "3 seals hold 5 denials of the company, from the first to 2026-01-12T08:00:00 UTC: none was"
            " changed, added or left out since its interval was sealed."
        ) in told.report.proved
        assert "5 denials are here just as they were decided." in told.report.proved
        assert "tell what was denied after 2026-01-12T08:00:00 UTC" in missed(told)
        assert told.report.found == []

    def test_that_are_not_here_are_proved_by_their_hashes(self) -> None:
        told = verdict(books_of(three_seals(OURS), forgotten=(1, 4)))
        assert "3 denials are here just as they were decided." in told.report.proved
        assert "show what 2 denials were" in missed(told)
        told = verdict(books_of(three_seals(OURS), with_denied=False))
        assert "show what 5 denials were" in missed(told)
        assert not any("just as" in each for each in told.report.proved)

    def test_of_a_period_need_no_other_seals(self) -> None:
        period = Period(date(2026, 1, 11), date(2026, 1, 12))
        denier = three_seals(OURS)
        denier.seal(denier.deny(4))
        told = verdict(books_of(denier, period=period, told=(1, 2, 3), forgotten=(0, 1, 2)))
        assert any("3 seals hold 6 denials" in each for each in told.report.proved)
        assert not any(what.startswith("tell what was denied") for what in missed(told))
        told = verdict(books_of(three_seals(OURS), period=period, told=(2,), with_denied=False))
        assert "tell what was denied before 2026-01-11T08:00:00 UTC" in missed(told)
        assert "tell what was denied after 2026-01-12T08:00:00 UTC" in missed(told)

    def test_of_a_seal_that_is_gone_are_found_by_its_leaf(self) -> None:
        told = verdict(books_of(three_seals(OURS), told=(0, 2)))
        assert told.refused is None
        assert told.report.found == [
            (
                "seal 2 over denials does not go on behind seal 0, the one before it here: one between them"
                " is gone or was changed, or what it sealed is sealed again."
            ),
            "company/leaves, leaf 1 seals denials, and what it sealed is gone or was changed.",
        ]

    def test_that_were_sealed_again_are_found_and_proved(self) -> None:
        denier = three_seals(OURS)
        denier.seal(denier.deny(1), after=denier.seals[1])
        told = verdict(books_of(denier))
        assert told.refused is None
        assert len(told.report.found) == 1

    def test_of_which_nothing_is_here_are_told(self) -> None:
        log = LogInMemory()
        log.append(OURS)
        log.seal()
        told = verdict(packed(company_archive_files(log, OURS)))
        assert "prove what was denied" in missed(told)

    def test_in_parts_of_an_interval_go_on_where_the_part_before_ended(self) -> None:
        denier = Denier(LogInMemory(), OURS)
        first = denier.deny(4)
        whole = denier.seal(first[:2])
        denier.seals.clear()
        denier.places.clear()
        denier.log.own.clear()
        denier.log.bodies.clear()
        part = replace(whole, interval=replace(whole.interval, up_to=first[1].id))
        denier.keep(part)
        denier.seal(first[2:])
        assert verdict(books_of(denier)).refused is None


class TestDenialsOfTheInstallation:
    def test_are_proved_by_one_leaf_that_fixes_all_seals_before_it(self) -> None:
        told = verdict(controls_of(three_seals(None)), pack_keys=PACK_KEYS)
        assert told.refused is None
        assert any(
            each.startswith("3 seals hold 5 denials of all companies and the platform")
            for each in told.report.proved
        )

    def test_need_the_leaf_of_each_seal_that_no_other_names(self) -> None:
        denier = three_seals(None)
        denier.seal(denier.deny(1), after=denier.seals[1])
        archive = controls_of(denier)
        assert refused(archive) == f"{SEALS}, line 3: no leaf or seal names this one."
        denier = three_seals(None)
        denier.seal(denier.deny(1), after=denier.seals[1])
        told = verdict(controls_of(denier, leaves=(2, 3)), pack_keys=PACK_KEYS)
        assert told.refused is None
        assert len(told.report.found) == 1

    def test_are_refused_without_the_leaf_of_the_last(self) -> None:
        assert refused(controls_of(three_seals(None), leaves=())).startswith(f"{SEALS}: no leaf here fixes")
        assert "no seal here is what it fixes" in refused(
            controls_of(three_seals(None), told=(0,), leaves=(0, 2), with_denied=False)
        )


class TestAForger:
    @pytest.mark.parametrize("company_id", [OURS, None])
    def test_who_leaves_out_a_denial_is_refused(self, company_id: UUID | None) -> None:
        denier = three_seals(company_id)
        archive = books_of(denier) if company_id else controls_of(denier)
        hashes = content(archive, HASHES)
        assert refused(forged(archive, {HASHES: hashes[32:]})).startswith(f"{HASHES}: a denial is missing")
        assert refused(forged(archive, {HASHES: hashes[:-32]})).startswith(f"{HASHES}: it is cut")
        assert refused(forged(archive, {HASHES: hashes + bytes(32)})).startswith(f"{HASHES}: it holds more")
        swapped = hashes[32:64] + hashes[:32] + hashes[64:]
        assert refused(forged(archive, {HASHES: swapped})).startswith(f"{HASHES}: a denial is missing or")

    def test_who_changes_a_denial_or_adds_one_is_refused(self) -> None:
        archive = books_of(three_seals(OURS))
        denied = content(archive, DENIED)
        changed = denied.replace(b"Only controllers", b"Only accountants", 1)
        assert refused(forged(archive, {DENIED: changed})).startswith(f"{DENIED}, line 1: no seal here")
        lines = denied.splitlines(keepends=True)
        assert refused(forged(archive, {DENIED: denied + lines[0]})).startswith(f"{DENIED}, line 6:")
        assert refused(forged(archive, {DENIED: b"".join(lines[::-1])})).startswith(f"{DENIED}, line")

    def test_who_says_another_number_of_denials_is_refused(self) -> None:
        archive = books_of(three_seals(OURS))
        changed = content(archive, SEALS).replace(b'"count":3', b'"count":2', 1)
        assert refused(forged(archive, {SEALS: changed})).startswith(
            f"{SEALS}, line 1: no leaf of the company"
        )
        archive = controls_of(three_seals(None))
        assert refused(forged(archive, {SEALS: changed})).startswith(f"{SEALS}, line 1: it is no seal")
        changed = content(archive, SEALS).replace(b'"count":3', b'"count":2', 1)
        assert (
            refused(forged(archive, {SEALS: changed})) == f"{SEALS}, line 1: no leaf or seal names this one."
        )

    def test_who_shows_the_seals_of_others_is_refused(self) -> None:
        denier, others = three_seals(OURS), Denier(LogInMemory(), OTHERS)
        others.seal(others.deny(1))
        archive = books_of(denier)
        assert refused(forged(archive, {SEALS: others.seals[0].statement + b"\n"})).startswith(
            f"{SEALS}, line 1: no leaf of the company fixes this seal"
        )


class TestALogThatLies:
    """It signed leaves of seals that do not hang together."""

    def test_about_where_an_interval_begins_is_refused(self) -> None:
        denier = three_seals(OURS)
        last = denier.seals[-1]
        other = replace(last.interval, since=last.interval.until)
        denier.keep(replace(last, ordinal=3, interval=other, former=last.digest))
        assert verdict(books_of(denier)).refused is None
        denier = three_seals(OURS)
        denier.keep(replace(last, ordinal=3, former=denier.seals[-1].digest))
        assert "line 4: it does not begin where seal 2 ended" in refused(books_of(denier))

    def test_about_the_order_of_seals_is_refused(self) -> None:
        denier = three_seals(OURS)
        denier.keep(replace(denier.seals[0], former=denier.seals[-1].digest))
        assert "line 4: expected a seal behind seal 2, got 0" in refused(books_of(denier))

    def test_with_what_is_no_seal_is_refused(self) -> None:
        denier = three_seals(OURS)
        denier.log.fix(SEAL_VERB, SEAL_TYPE, UUID(int=1), "7" * 64, OURS)
        told = verdict(books_of(denier))
        assert missed(told)
        assert told.report.found == []
        assert "1 seals of that are not here" in [each["because"] for each in told.report.could_not]
