# SPDX-License-Identifier: Apache-2.0
"""A seal that was broken, or that the program never made, is told; it ends neither comparing nor sealing."""

import hashlib
from datetime import timedelta
from uuid import UUID

import psycopg
import pytest
from structlog.testing import capture_logs

from apps.audit.domain.denials.comparison import MISSING
from apps.audit.domain.policy_names import SEAL_DENIALS
from apps.audit.models import DenialSeal
from apps.audit.services.denials.compare_denials import _told_fairly, compare_denials
from apps.audit.services.denials.compare_seals import DenialDifference
from apps.audit.services.reconcile_documents import reconcile_all
from apps.audit.services.record_verb import record_verb
from cortex.clock import now as machine_now
from cortex.container.override import override
from cortex.database.transactions import transactional
from cortex.ids import uuid7
from cortex.ports.books_state import BooksState
from cortex.ports.clock import Clock
from cortex.ports.registry import get
from tests.factories.clocks import clock_after
from tests.integration.apps.audit.denials.conftest import SCHEDULER, House, differences, seal

SEAL = "audit_denial_seal"
SEALED = f"SELECT ordinal, denials FROM {SEAL} WHERE company_id IS NOT DISTINCT FROM %s ORDER BY ordinal"
FAR = (
    b'{"after":"00000000-0000-0000-0000-000000000000","company":null,"count":0,"former":null,"ordinal":9,'
    b'"root":"","since":{"at":null,"cluster":-1,"snapshot":"1:1:"},'
    b'"until":{"at":null,"cluster":1,"snapshot":"9000000000:9000000000:"},"up_to":null}'
)


@pytest.fixture
def denied(house: House) -> list[UUID]:
    """Return the denials of two seals of a company."""
    house.refuse(2)
    seal()
    house.refuse(2)
    seal()
    return house.denied()


def sealed(house: House, company_id: UUID | None) -> dict[int, list[UUID]]:
    with psycopg.connect(house.dsn) as admin:
        rows = admin.execute(SEALED, [company_id]).fetchall()
    return {place: [UUID(bytes=own[at : at + 16]) for at in range(0, len(own), 48)] for place, own in rows}


@transactional
def forge(statement: bytes, ordinal: int, *, with_leaf: bool) -> None:
    """Insert a seal as whoever holds the application's role could."""
    row = DenialSeal.objects.create(
        id=uuid7(),
        ordinal=ordinal,
        sealed_at=get(Clock).now(),
        denial_count=0,
        denials=b"",
        statement=statement,
    )
    if with_leaf:
        record_verb(
            company_id=None,
            actor=SCHEDULER,
            verb=SEAL_DENIALS,
            object_type="audit.denial_seal",
            object_id=row.id,
            digest=hashlib.sha256(statement).hexdigest(),
        )


class TestBrokenSeal:
    BREAK = f"UPDATE {SEAL} SET statement = 'x' WHERE company_id IS NULL AND ordinal = %s"

    @pytest.mark.parametrize("place", [0, 1])
    def test_is_told_with_what_differs_elsewhere(self, house: House, denied: list[UUID], place: int) -> None:
        house.past_the_triggers(SEAL, self.BREAK, place)
        edit = "UPDATE policy_decision SET reason = 'x' WHERE id = %s"
        house.past_the_triggers("policy_decision", edit, denied[0 if place else 3])
        broken, *others = sorted(differences(), key=lambda one: one[2] is not None)
        assert (broken[:3], broken[4]) == ((None, place, None), hashlib.sha256(b"x").hexdigest())
        edited = denied[0 if place else 3]
        assert {one[:3] for one in others} == {
            (None, 1 - place, edited),
            (house.demo.company.id, 1 - place, edited),
        }

    def test_ends_no_sealing_and_what_it_covered_is_sealed_again(
        self, house: House, denied: list[UUID]
    ) -> None:
        house.past_the_triggers(SEAL, self.BREAK, 1)
        house.refuse()
        assert seal() == 2
        assert sealed(house, None)[2] == house.denied()[2:]
        assert [one[:3] for one in differences()] == [(None, 1, None)]
        # And goes on behind what was made.
        house.refuse()
        assert seal() == 2
        assert sealed(house, None)[3] == house.denied()[5:]
        assert [one[:3] for one in differences()] == [(None, 1, None)]


class TestForgedSeal:
    @pytest.mark.parametrize("place", [2, 7, 2**63 - 1])
    def test_without_a_leaf_is_told_and_honest_ones_go_on(
        self, house: House, denied: list[UUID], place: int
    ) -> None:
        forge(FAR, place, with_leaf=False)
        house.refuse()
        assert seal() == 2
        found = differences()
        assert [(*one[:3], one[3].split(": ")[1]) for one in found if one[2] is None and ": " in one[3]] == [
            (None, place, None, MISSING)
        ]
        assert sealed(house, None)[3 if place == 2 else 2] == house.denied()[4:]

    @pytest.mark.parametrize(
        ("statement", "got"),
        [(FAR, "until what has not come"), (b"x", "not readable"), (b"[]", "not readable")],
    )
    def test_with_a_leaf_of_its_own_is_told_too(
        self, house: House, denied: list[UUID], statement: bytes, got: str
    ) -> None:
        forge(statement, 2, with_leaf=True)
        house.refuse()
        assert seal() == 2
        assert sealed(house, None)[3] == house.denied()[4:]
        assert (None, 2, None, "a seal that the program made", got) in differences()


class TestCompanyThatCannotBeCompared:
    def test_is_a_difference_and_blinds_no_other(self, house: House, denied: list[UUID]) -> None:
        # An interval whose positions no database knows.
        worse = FAR.replace(b'"cluster":-1', b'"cluster":-99999').replace(b"9000000000", b"2")
        forge(worse, 2, with_leaf=True)
        house.past_the_triggers(
            "policy_decision", "UPDATE policy_decision SET reason = 'x' WHERE id = %s", denied[3]
        )
        with capture_logs() as logs:
            found = differences()
        assert (house.demo.company.id, 1, denied[3]) in [one[:3] for one in found]
        assert any(one[:3] == (None, -1, None) and one[4].startswith("not compared") for one in found)
        assert any(line["event"] == "denials_not_compared" for line in logs)


class TestWhereSealingNeverBegan:
    def test_is_told_of_each_company_after_a_day(self, house: House) -> None:
        house.refuse()
        assert differences() == []
        with override(Clock, clock_after(timedelta(hours=27))):
            found = differences()
        expected = (-1, None, "a seal of this day")
        assert {one[0] for one in found} == {None, house.demo.company.id, house.shop}
        assert {one[1:4] for one in found} == {expected}

    def test_is_no_agreement(self, house: House) -> None:
        """The schedule is switched off, or the policies do not name what it does."""
        later = timedelta(hours=27)

        def agree() -> bool | None:
            return get(BooksState).is_reconciled(now=machine_now() + later)

        with override(Clock, clock_after(later)):
            reconcile_all(reconciled_by=SCHEDULER)
            assert agree() is False
            seal()
            compare_denials(compared_by=SCHEDULER)
            assert agree() is True

    def test_is_told_of_the_company_alone_whose_rounds_fail(self, house: House) -> None:
        seal()
        house.past_the_triggers(SEAL, f"DELETE FROM {SEAL} WHERE company_id = %s", house.shop)
        with psycopg.connect(house.dsn) as admin:
            admin.execute(f"ALTER TABLE {SEAL} ADD CHECK (company_id <> '{house.shop}')")
        with override(Clock, clock_after(timedelta(hours=27))):
            compare_denials(compared_by=SCHEDULER)
            late = [one for one in differences() if one[3] == "a seal of this day" and one[1] == -1]
        assert [one[0] for one in late] == [house.shop]


def test_of_many_differences_each_company_is_told_some() -> None:
    many = [DenialDifference(UUID(int=1), place, None, "", "") for place in range(500)]
    few = [DenialDifference(UUID(int=2), 0, None, "", "")]
    count, told = _told_fairly([*many, *few])
    assert (count, len(told)) == (501, 100)
    assert few[0] in told
