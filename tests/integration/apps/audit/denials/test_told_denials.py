# SPDX-License-Identifier: Apache-2.0
"""What was denied leaves the house in archives, and is proved where no database is."""

import io
from datetime import date, timedelta
from typing import Any
from uuid import UUID
from zipfile import ZipFile

import pytest
from django.core.management import CommandError, call_command

from apps.audit.domain.archive.frame import Period
from apps.audit.services.export_controls import export_controls
from apps.audit.services.export_evidence import export_company
from cortex.clock import now as machine_now
from cortex.container.override import override
from cortex.ports.authorizer import AccessMustBeGranted
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.tenancy.scope import scope
from tests.factories.clocks import clock_after
from tests.factories.evidence_log import Verdict, content, verdict
from tests.factories.flipped import in_each_file, wrongly_told
from tests.factories.log import SigningLog
from tests.factories.people import just_signed_in, member
from tests.integration.apps.audit.denials.conftest import House, seal

CONSOLE = Principal.service("console")


class Auditor:
    """Takes archives of the house, and verifies them."""

    def __init__(self, house: House) -> None:
        self.house, self.log = house, SigningLog()

    def books(
        self, *, size: int | None = None, by: Principal = CONSOLE, period: Period | None = None, **kept: bool
    ) -> bytes:
        out, company_id = io.BytesIO(), self.house.demo.company.id
        found = size or self.log.sign()
        with scope([company_id]):
            export_company(
                company_id=company_id,
                size=found,
                period=period or Period(),
                out=out,
                exported_by=by,
                **kept,
            )
        return out.getvalue()

    def controls(self, *, by: Principal = CONSOLE, period: Period | None = None, **kept: bool) -> bytes:
        out = io.BytesIO()
        self.log.sign()
        export_controls(period=period or Period(), out=out, exported_by=by, **kept)
        return out.getvalue()

    def judged(self, archive: bytes) -> Verdict:
        return verdict(archive, keys=self.log.text())


@pytest.fixture
def auditor(house: House) -> Auditor:
    """Return an auditor of a house in which somebody was denied, in companies and on the platform."""
    house.refuse(2)
    seal()
    house.refuse(1)
    house.refuse(1, company_id=house.shop)
    house.refuse_on_the_platform()
    seal()
    return Auditor(house)


def sealed(told: Verdict) -> str:
    assert told.refused is None
    [sentence] = [each for each in told.report.proved if " seals hold " in each]
    return sentence


def names(archive: bytes) -> set[str]:
    with ZipFile(io.BytesIO(archive)) as opened:
        return {name for name in opened.namelist() if name.startswith("denials/")}


class TestACompanysArchive:
    def test_proves_its_denials_and_none_of_others(self, auditor: Auditor) -> None:
        archive = auditor.books(with_denied=True)
        told = auditor.judged(archive)
        assert sealed(told).startswith("2 seals hold 3 denials of the company, from the first to ")
        assert "3 denials are here just as they were decided." in told.report.proved
        assert told.report.found == []
        assert str(auditor.house.shop).encode() not in content(archive, "denials/denied.jsonl")
        denied = content(archive, "denials/denied.jsonl")
        assert all(str(one).encode() in denied for one in auditor.house.denied(company_id=self.demo(auditor)))
        assert wrongly_told(archive, in_each_file(archive), lambda each: auditor.judged(each).refused) == []

    @staticmethod
    def demo(auditor: Auditor) -> UUID:
        return auditor.house.demo.company.id

    def test_has_the_same_bytes_for_the_same_checkpoint(self, auditor: Auditor) -> None:
        size = auditor.log.sign()
        archive = auditor.books(size=size, with_denied=True)
        auditor.house.refuse()
        seal()
        auditor.log.sign()
        assert auditor.books(size=size, with_denied=True) == archive

    def test_holds_hashes_alone_where_denials_are_not_asked_for(self, auditor: Auditor) -> None:
        archive = auditor.books()
        assert names(archive) == {"denials/hashes", "denials/seals.jsonl"}
        told = auditor.judged(archive)
        assert sealed(told).startswith("2 seals hold 3 denials")
        assert "show what 3 denials were" in [each["what"] for each in told.report.could_not]

    def test_shows_denials_to_whoever_may_see_decisions_alone(self, auditor: Auditor) -> None:
        """By the packaged policies controllers and auditors see them; a viewer exports nothing at all."""
        anna = just_signed_in(member(auditor.house.demo.company, name="anna", role="auditor"))
        assert names(auditor.books(by=anna, with_denied=True)) >= {"denials/denied.jsonl"}
        vera = just_signed_in(member(auditor.house.demo.company, name="vera", role="viewer"))
        with pytest.raises(AccessMustBeGranted):
            auditor.books(by=vera, with_denied=True)

    def test_of_a_period_has_the_seals_that_touch_it(self, auditor: Auditor) -> None:
        day = (machine_now() + timedelta(days=40)).date()
        with override(Clock, clock_after(timedelta(days=40))):
            auditor.house.refuse(2)
            seal()
        with override(Clock, clock_after(timedelta(days=41))):
            seal()
        told = auditor.judged(auditor.books(period=Period(day, day), with_denied=True))
        assert sealed(told).startswith("2 seals hold 2 denials")
        told = auditor.judged(auditor.books(period=Period(date(2020, 1, 1), date(2020, 1, 2))))
        assert "prove what was denied" in [each["what"] for each in told.report.could_not] or sealed(told)

    def test_says_where_a_denial_was_changed_past_the_program(self, auditor: Auditor) -> None:
        first = auditor.house.denied(company_id=self.demo(auditor))[0]
        auditor.house.past_the_triggers(
            "policy_decision", "UPDATE policy_decision SET reason = 'yes' WHERE id = %s", first
        )
        told = auditor.judged(auditor.books(with_denied=True))
        assert sealed(told).startswith("2 seals hold 3 denials")
        assert "2 denials are here just as they were decided." in told.report.proved
        assert "show what 1 denials were" in [each["what"] for each in told.report.could_not]

    @pytest.mark.parametrize(
        "broken", ["statement = 'x'", "denials = substring(denials FROM 1 FOR 47) || '\\x00'"]
    )
    def test_says_where_a_seal_was_broken_past_the_program(self, auditor: Auditor, broken: str) -> None:
        auditor.house.refuse()
        seal()
        auditor.house.past_the_triggers(
            "audit_denial_seal",
            f"UPDATE audit_denial_seal SET {broken} WHERE company_id = %s AND ordinal = 1",
            self.demo(auditor),
        )
        told = auditor.judged(auditor.books(with_denied=True))
        assert sealed(told).startswith("2 seals hold 3 denials")
        assert any("seals denials, and what it sealed is gone" in each for each in told.report.found)


class TestTheInstallationsArchive:
    def test_proves_the_denials_of_all_and_shows_the_platforms_own(self, auditor: Auditor) -> None:
        archive = auditor.controls(with_denied=True)
        told = auditor.judged(archive)
        assert sealed(told).startswith("2 seals hold 5 denials of all companies and the platform")
        assert "1 denials are here just as they were decided." in told.report.proved
        assert b"policy.version.write" in content(archive, "denials/denied.jsonl")
        assert str(auditor.house.shop).encode() not in content(archive, "denials/denied.jsonl")
        assert len([name for name in names(archive) if name.endswith(".tlog-proof")]) == 1

    def test_goes_on_behind_a_seal_that_was_broken(self, auditor: Auditor) -> None:
        auditor.house.refuse()
        seal()
        auditor.house.past_the_triggers(
            "audit_denial_seal",
            "UPDATE audit_denial_seal SET statement = 'x' WHERE company_id IS NULL AND ordinal = 1",
        )
        archive = auditor.controls()
        told = auditor.judged(archive)
        assert sealed(told).startswith("2 seals hold 3 denials")
        assert len(told.report.found) == 1
        assert len([name for name in names(archive) if name.endswith(".tlog-proof")]) == 2


class TestTheCommand:
    def test_refuses_denials_beside_one_entry(self, auditor: Auditor) -> None:
        with pytest.raises(CommandError, match="an archive of one entry tells nothing of denials"):
            self.export("--entry", str(UUID(int=1)), "--with-denied", "--checkpoint", "1")

    def test_asks_for_decisions_before_it_writes(self, auditor: Auditor) -> None:
        member(auditor.house.demo.company, name="vera", role="viewer")
        with pytest.raises((AccessMustBeGranted, CommandError)):
            self.export("--with-denied", "--as", "vera", "--checkpoint", "1")

    @staticmethod
    def export(*words: Any) -> None:
        call_command("evidence", "export", "--company", "DEMO", "--out", "/nonexistent/x", *words)
