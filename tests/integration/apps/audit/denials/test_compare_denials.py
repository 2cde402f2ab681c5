# SPDX-License-Identifier: Apache-2.0
"""A superuser changes what was denied past the triggers: the next comparison names the decision."""

from datetime import timedelta
from uuid import UUID

import psycopg
import pytest
from django.test import Client
from structlog.testing import capture_logs

from apps.audit.adapters.probes.log import reconciled
from apps.audit.domain.compliance.probe import Asked, Status
from apps.audit.domain.denials.comparison import MISSING, NOT_SEALED
from apps.audit.models import DenialComparison
from apps.audit.services.denials.compare_denials import compare_denials
from apps.audit.services.tell_standing import tell_standing
from apps.audit.tasks import DENIAL_DIFFERENCES, compare_sealed_denials
from cortex.container.override import override
from cortex.database.transactions import transactional
from cortex.policy.retention import A_DAY, KEPT_FOR, forget_old_decisions
from cortex.ports.authorizer import AccessMustBeGranted
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from tests.factories.books import CONSOLE
from tests.factories.clocks import clock_after
from tests.factories.leaves import watched_leaves
from tests.factories.people import create_user
from tests.factories.sessions import sign_in
from tests.integration.apps.audit.denials.conftest import (
    SCHEDULER,
    House,
    differences,
    seal,
    write,
)

DECISION, SEAL = "policy_decision", "audit_denial_seal"


@pytest.fixture
def denied(house: House) -> list[UUID]:
    """Return the denials of two seals of a company."""
    house.refuse(3)
    seal()
    house.refuse(2)
    seal()
    return house.denied()


def named(house: House) -> list[tuple[str, int, UUID | None, str]]:
    """Return where, which seal, which decision and what is there."""
    places = {None: "all", house.demo.company.id: "demo", house.shop: "shop"}
    return [(places[company], ordinal, one, got) for company, ordinal, one, _, got in differences()]


class TestCompareDenials:
    def test_finds_nothing_where_nobody_touched_anything(self, house: House, denied: list[UUID]) -> None:
        house.refuse()
        with watched_leaves() as watched:
            compared = compare_denials(compared_by=SCHEDULER)
        assert watched.verbs == ["audit.denials.compare"]
        assert (compared.seal_count, compared.denial_count, compared.differences) == (5, 10, [])
        (row,) = transactional(lambda: list(DenialComparison.objects.all()))()
        assert (row.seal_count, row.difference_count) == (5, 0)

    @pytest.mark.parametrize(
        "change",
        [
            "principal = 'user:somebody-else'",
            "reason = 'because'",
            "decided_at = decided_at + interval '1 microsecond'",
            "question = jsonb_set(question, '{context,scope}', '\"other\"')",
            "policy_ids = '{}'",
            "resource_id = 'other'",
        ],
    )
    def test_names_the_denial_that_was_edited(self, house: House, denied: list[UUID], change: str) -> None:
        house.past_the_triggers(DECISION, f"UPDATE {DECISION} SET {change} WHERE id = %s", denied[1])
        with capture_logs() as logs:
            found = differences()
        assert [each[:3] for each in found] == [
            (None, 0, denied[1]),
            (house.demo.company.id, 0, denied[1]),
        ]
        assert all(len(got) == len(expected) == 64 and got != expected for *_, expected, got in found)
        (line, _) = [line for line in logs if line["event"] == "denials_differ_from_seals"]
        assert (line["log_level"], line["decision_id"]) == ("error", str(denied[1]))

    @pytest.mark.parametrize(
        "statement",
        [f"DELETE FROM {DECISION} WHERE id = %s", f"UPDATE {DECISION} SET is_allowed = true WHERE id = %s"],
    )
    def test_names_the_denial_that_was_deleted_or_made_a_yes(
        self, house: House, denied: list[UUID], statement: str
    ) -> None:
        house.past_the_triggers(DECISION, statement, denied[4])
        assert named(house) == [("all", 1, denied[4], MISSING), ("demo", 1, denied[4], MISSING)]

    def test_names_the_denial_that_was_moved_to_another_company(
        self, house: House, denied: list[UUID]
    ) -> None:
        house.past_the_triggers(
            DECISION, f"UPDATE {DECISION} SET company_id = %s WHERE id = %s", house.shop, denied[0]
        )
        found = [each[:3] for each in named(house)]
        assert sorted(found) == [("all", 0, denied[0]), ("demo", 0, denied[0]), ("shop", 0, denied[0])]

    def test_names_the_denial_that_was_added_to_what_is_sealed(
        self, house: House, denied: list[UUID]
    ) -> None:
        with psycopg.connect(house.dsn) as admin:
            added = write(admin, house.demo.company.id)
        place = f"(SELECT recorded_xid FROM {DECISION} WHERE id = %s)"
        house.past_the_triggers(
            DECISION, f"UPDATE {DECISION} SET recorded_xid = {place} WHERE id = %s", denied[3], added
        )
        assert [(*each[:2], each[2]) for each in differences()] == [
            (None, 1, added),
            (house.demo.company.id, 1, added),
        ]
        assert {each[3] for each in differences()} == {NOT_SEALED}

    def test_names_the_seal_whose_list_was_made_to_fit(self, house: House, denied: list[UUID]) -> None:
        house.past_the_triggers(DECISION, f"DELETE FROM {DECISION} WHERE id = %s", denied[0])
        house.past_the_triggers(
            SEAL,
            f"UPDATE {SEAL} SET denials = substr(denials, 49), denial_count = 2 WHERE denial_count = 3",
        )
        assert [each[:3] for each in named(house)] == [("all", 0, None), ("demo", 0, None)]

    def test_names_the_seal_whose_statement_was_changed(self, house: House, denied: list[UUID]) -> None:
        house.past_the_triggers(
            SEAL,
            f"UPDATE {SEAL} SET statement = convert_to('{{}}', 'UTF8') WHERE ordinal = 0 AND company_id = %s",
            house.shop,
        )
        ((place, ordinal, decision, got),) = named(house)
        assert (place, ordinal, decision, len(got)) == ("shop", 0, None, 64)

    def test_names_the_seal_that_was_deleted(self, house: House, denied: list[UUID]) -> None:
        house.past_the_triggers(SEAL, f"DELETE FROM {SEAL} WHERE ordinal = 1 AND company_id IS NULL")
        assert named(house) == [("all", -1, None, MISSING)]

    def test_finds_a_seal_that_was_deleted_and_made_anew_without_the_denial(
        self, house: House, denied: list[UUID]
    ) -> None:
        house.past_the_triggers(SEAL, f"DELETE FROM {SEAL} WHERE ordinal = 1")
        house.past_the_triggers(DECISION, f"DELETE FROM {DECISION} WHERE id = %s", denied[4])
        seal()
        # Their leaves stay.
        assert named(house) == [("all", -1, None, MISSING), ("demo", -1, None, MISSING)]

    def test_tells_a_hundred_and_counts_all_where_the_denials_were_emptied(self, house: House) -> None:
        house.refuse(60)
        seal()
        house.past_the_triggers(DECISION, f"TRUNCATE {DECISION}")
        compared = compare_denials(compared_by=SCHEDULER)
        assert (compared.difference_count, len(compared.differences)) == (120, 100)

    def test_finds_that_nothing_was_sealed_for_a_day(self, house: House, denied: list[UUID]) -> None:
        with override(Clock, clock_after(timedelta(hours=27))):
            found = differences()
        assert [one[:4] for one in found[:2]] == [
            (None, 1, None, "a seal of this day"),
            (house.demo.company.id, 1, None, "a seal of this day"),
        ]
        assert len(found) == 3
        assert all(one[4].startswith("none since 20") for one in found)

    def test_is_the_schedule_s_alone(self, house: House) -> None:
        with pytest.raises(AccessMustBeGranted):
            compare_denials(compared_by=Principal.service("gateway"))
        assert not transactional(DenialComparison.objects.exists)()


class TestRetention:
    LATER = KEPT_FOR + A_DAY + timedelta(hours=1)

    def test_that_forgets_denials_by_the_rules_is_no_difference(
        self, house: House, denied: list[UUID]
    ) -> None:
        with override(Clock, clock_after(self.LATER)):
            seal()
            assert forget_old_decisions(forgotten_by=SCHEDULER).done > 0
            assert not set(denied) & set(house.denied())
            assert differences() == []

    def test_does_not_excuse_what_was_deleted_more_than_a_day_before(
        self, house: House, denied: list[UUID]
    ) -> None:
        with override(Clock, clock_after(KEPT_FOR - A_DAY - timedelta(hours=1))):
            seal()
            house.past_the_triggers(DECISION, f"DELETE FROM {DECISION} WHERE id = %s", denied[0])
            assert [each[:3] for each in named(house)] == [("all", 0, denied[0]), ("demo", 0, denied[0])]

    def test_leaves_what_a_hold_keeps_and_that_is_compared(self, house: House, denied: list[UUID]) -> None:
        with override(Clock, clock_after(self.LATER)):
            seal()
            # As if a hold kept it.
            house.past_the_triggers(
                DECISION, f"DELETE FROM {DECISION} WHERE NOT is_allowed AND id <> %s", denied[1]
            )
            assert differences() == []
            house.past_the_triggers(DECISION, f"UPDATE {DECISION} SET reason = 'x' WHERE id = %s", denied[1])
            assert [each[:3] for each in named(house)] == [("all", 0, denied[1]), ("demo", 0, denied[1])]


def test_is_told_where_people_look(house: House, denied: list[UUID]) -> None:
    def probe() -> object:
        return Client().get("/health/ready").json()["parts"].get("books")

    assert probe() == "ok"
    house.past_the_triggers(DECISION, f"DELETE FROM {DECISION} WHERE id = %s", denied[2])
    compare_sealed_denials()
    assert probe() == "degraded"
    assert DENIAL_DIFFERENCES._value.get() == 2
    petra = sign_in(Client(), create_user(username="petra", is_platform_administrator=True))
    page = petra.get("/admin/audit/auditentry/state/").content.decode()
    assert "Denials that differ from their seals" in page
    assert str(denied[2]) in page
    assert "runbooks/denials-differ-from-seals.md" in page
    finding = next(one for one in tell_standing(reader=CONSOLE).findings if one.part == "Denials")
    assert (finding.level, finding.sentence) == ("act", "Differences between denials and their seals: 2.")
    asked = Asked(get(Clock).now(), {"hours": 48})
    assert transactional(lambda: reconciled(asked).status)() is Status.FAIL
