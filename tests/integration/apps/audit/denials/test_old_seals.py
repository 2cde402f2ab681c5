# SPDX-License-Identifier: Apache-2.0
"""Seals are for ever and decisions are not: work does not grow, and what a hold keeps is missed."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import psycopg
import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from apps.audit.domain.denials.comparison import MISSING
from apps.audit.selectors.standing import last_denial_comparison
from apps.audit.services.denials.compare_denials import compare_denials
from apps.audit.services.denials.compare_seals import TURNS
from apps.audit.services.tell_standing import _standing
from cortex.container.override import override
from cortex.policy.retention import A_DAY, KEPT_FOR
from cortex.ports.clock import Clock
from cortex.ports.registry import get
from tests.factories.clocks import StoppedClock, clock_after
from tests.integration.apps.audit.denials.conftest import SCHEDULER, House, differences, seal

DECISION, SEAL = "policy_decision", "audit_denial_seal"
LONG_AFTER = KEPT_FOR + timedelta(days=9)
HOLD = """
INSERT INTO audit_hold (company_id, id, reason, placed_by, placed_at) VALUES (%s, %s, 'a case', 'user:x', %s)
"""


def hold(house: House, placed_at: datetime) -> None:
    with psycopg.connect(house.dsn) as admin:
        admin.execute(HOLD, [house.demo.company.id, uuid4(), placed_at])


def queries() -> int:
    with CaptureQueriesContext(connections["service"]) as seen:
        compare_denials(compared_by=SCHEDULER)
    return len(seen)


class TestWork:
    def test_is_not_more_with_more_seals(self, house: House) -> None:
        seal()
        few = queries()
        for _ in range(6):
            house.refuse()
            seal()
        assert queries() == few

    def test_leaves_decisions_alone_that_are_forgotten(self, house: House) -> None:
        house.refuse(3)
        seal()
        house.past_the_triggers(DECISION, f"DELETE FROM {DECISION}")
        with override(Clock, clock_after(LONG_AFTER)):
            seal()
            compared = compare_denials(compared_by=SCHEDULER)
        assert (compared.difference_count, compared.denial_count) == (0, 0)
        assert compared.seal_count == 6

    def test_builds_its_indexes_whole(self, house: House) -> None:
        valid = "SELECT indisvalid FROM pg_index WHERE indexrelid = %s::regclass"
        with psycopg.connect(house.dsn) as admin:
            for name in ("policy_decision_denied", "policy_decision_denied_of_all"):
                assert admin.execute(valid, [name]).fetchone() == (True,)


class TestOldSeal:
    @pytest.fixture(autouse=True)
    def forgotten(self, house: House) -> None:
        house.refuse(3)
        seal()
        house.past_the_triggers(DECISION, f"DELETE FROM {DECISION}")

    def test_is_told_each_night_where_its_statement_or_place_was_changed(self, house: House) -> None:
        with override(Clock, clock_after(LONG_AFTER)):
            seal()
            house.past_the_triggers(SEAL, f"UPDATE {SEAL} SET statement = 'x' WHERE ordinal = 0")
            assert {one[:3] for one in differences()} == {
                (company, 0, None) for company in (None, house.demo.company.id, house.shop)
            }

    def test_whose_list_was_changed_is_told_in_its_turn(self, house: House) -> None:
        house.past_the_triggers(
            SEAL, f"UPDATE {SEAL} SET denials = substr(denials, 49), denial_count = 2 WHERE denial_count = 3"
        )
        later = get(Clock).now() + LONG_AFTER
        turn = later + timedelta(days=TURNS - later.toordinal() % TURNS)
        for at, found in ((turn + A_DAY, set()), (turn, {(None, 0, None), (house.demo.company.id, 0, None)})):
            with override(Clock, StoppedClock(at)):
                seal()
                assert {one[:3] for one in differences() if one[3] != "a seal of this day"} == found


class TestHold:
    def test_keeps_denials_and_one_that_is_missing_is_told(self, house: House) -> None:
        house.refuse(2)
        seal()
        gone, _ = house.denied()
        hold(house, get(Clock).now())
        house.past_the_triggers(DECISION, f"DELETE FROM {DECISION} WHERE id = %s", gone)
        with override(Clock, clock_after(LONG_AFTER)):
            seal()
            assert [(*one[:3], one[4]) for one in differences()] == [
                (house.demo.company.id, 0, gone, MISSING)
            ]

    def test_that_came_when_it_was_over_misses_nothing(self, house: House) -> None:
        house.refuse(2)
        seal()
        house.past_the_triggers(DECISION, f"DELETE FROM {DECISION}")
        with override(Clock, clock_after(LONG_AFTER)):
            seal()
            hold(house, get(Clock).now())
            assert differences() == []


class TestReadersOfACompany:
    def test_are_told_of_their_own_denials_and_nothing_of_the_platform(self, house: House) -> None:
        house.refuse()
        seal()
        house.past_the_triggers(DECISION, f"UPDATE {DECISION} SET reason = 'x'")
        compare_denials(compared_by=SCHEDULER)
        told = {}
        for company_id in (None, house.demo.company.id, house.shop):
            standing = _standing(company_id)
            told[company_id] = {one.part: (one.level, one.sentence) for one in standing.findings}
        assert told[None]["Denials"][1].endswith(": 2.")
        assert told[house.demo.company.id]["Denials"][1].endswith(": 1.")
        assert told[house.shop]["Denials"][0] == "good"
        assert "Platform" in told[None]
        assert "Platform" not in told[house.shop]

    def test_are_told_where_more_differs_than_is_stored(self, house: House) -> None:
        found = last_denial_comparison(company_id=house.shop)
        assert found is None
        differing = ", ".join(f'{{"company_id": "{UUID(int=place)}"}}' for place in range(100))
        with psycopg.connect(house.dsn) as admin:
            admin.execute(
                "INSERT INTO audit_denial_comparison VALUES (%s, now(), now(), 1, 1, 101, %s)",
                [uuid4(), f"[{differing}]"],
            )
        finding = next(one for one in _standing(house.shop).findings if one.part == "Denials")
        assert finding.level == "look"
        assert "ask the platform" in finding.sentence
