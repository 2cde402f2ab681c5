# SPDX-License-Identifier: Apache-2.0
"""A hold keeps what rooms delete by themselves: decisions, and the devices of people."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import psycopg
import pytest
from django.db import connections

from cortex.container.override import override
from cortex.identity.known_devices import KEPT_FOR as DEVICES_KEPT_FOR
from cortex.identity.known_devices import forget_old_devices
from cortex.ids import uuid7
from cortex.policy.retention import KEPT_FOR, forget_old_decisions
from cortex.ports.clock import Clock
from cortex.ports.legal_holds import LegalHolds
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from cortex.ports.retention import Forgotten
from tests.factories.books import open_books
from tests.factories.clocks import clock_after
from tests.factories.people import let_in, person
from tests.integration.apps.audit.privacy.conftest import Bureau, bureau

__all__ = ["bureau"]
SCHEDULER = Principal.service("scheduler")
DECISION = """
INSERT INTO policy_decision (id, company_id, decided_at, principal, action, resource_type, resource_id,
                             is_allowed, reason, needs, policy_ids, version, is_break_glass)
VALUES (%s, %s, now(), %s, 'testing.do', 'testing', %s, true, '', '{}', '{}', 0, false)
"""
DEVICE = """
INSERT INTO identity_known_device (id, user_id, fingerprint, first_seen_at, last_seen_at)
VALUES (%s, %s, repeat('0', 64), now(), now())
"""
LEFT = "SELECT resource_id FROM policy_decision WHERE action = 'testing.do' ORDER BY resource_id"
HOLDS = "SELECT count(*) FROM audit_hold"
OWNERS = """
SELECT u.username FROM identity_known_device d JOIN identity_user u ON u.id = d.user_id ORDER BY 1
"""


def decided(bureau: Bureau, *, company: UUID | None, by: str, about: object) -> None:
    with psycopg.connect(bureau.clone.admin_dsn) as admin:
        admin.execute(DECISION, [uuid7(), company, by, str(about)])


def forgotten(bureau: Bureau) -> list[str]:
    """Let the time of all decisions be over, and return what those that stay are about."""
    with override(Clock, clock_after(KEPT_FOR + timedelta(days=1))):
        forget_old_decisions(forgotten_by=SCHEDULER, batch=2)
    return [str(about) for (about,) in bureau.rows(LEFT)]


class TestDecisions:
    @pytest.fixture(autouse=True)
    def decisions(self, bureau: Bureau) -> None:
        alice, acme = bureau.people["alice"].id, bureau.books.company_id
        other = open_books(code="OTHER").company_id
        decided(bureau, company=acme, by="user:1", about="1 of the company")
        decided(bureau, company=other, by="user:1", about="2 of another one")
        decided(bureau, company=None, by=f"user:{alice}", about="3 on the platform, by Alice")
        decided(bureau, company=other, by=f"client:demo:user:{alice}", about="4 by a program for Alice")
        decided(bureau, company=None, by="user:1", about=alice)

    def test_all_go_without_a_hold(self, bureau: Bureau) -> None:
        assert forgotten(bureau) == []

    def test_of_a_held_company_stay(self, bureau: Bureau) -> None:
        bureau.held(None)
        assert forgotten(bureau) == ["1 of the company"]

    def test_by_and_about_a_held_person_stay(self, bureau: Bureau) -> None:
        bureau.held(bureau.people["alice"].id)
        assert set(forgotten(bureau)) == {
            "3 on the platform, by Alice",
            "4 by a program for Alice",
            str(bureau.people["alice"].id),
        }

    def test_go_when_the_hold_is_lifted(self, bureau: Bureau) -> None:
        hold = bureau.held(None)
        assert forgotten(bureau) != []
        bureau.agree(bureau.lift(hold))
        assert forgotten(bureau) == []

    def test_that_stay_are_counted(self, bureau: Bureau) -> None:
        bureau.held(None)
        of_company = f"SELECT count(*) FROM policy_decision WHERE company_id = '{bureau.books.company_id}'"
        ((count,),) = bureau.rows(of_company)
        with override(Clock, clock_after(KEPT_FOR + timedelta(days=1))):
            told = forget_old_decisions(forgotten_by=SCHEDULER, batch=2)
        assert (told.done > 0, told.held) == (True, count)


class TestDevices:
    @pytest.fixture(autouse=True)
    def devices(self, bureau: Bureau) -> None:
        """Alice, Bob and Carol belong to the company, and Erik to another one."""
        erik = person("erik")
        let_in(company_id=open_books(code="OTHER").company_id, user_id=erik.id, roles=["viewer"])
        with psycopg.connect(bureau.clone.admin_dsn) as admin:
            for user in (*bureau.people.values(), erik):
                admin.execute(DEVICE, [uuid7(), user.id])

    def later(self) -> Forgotten:
        with override(Clock, clock_after(DEVICES_KEPT_FOR + timedelta(days=1))):
            return forget_old_devices(forgotten_by=SCHEDULER)

    def test_all_go_without_a_hold(self, bureau: Bureau) -> None:
        assert self.later() == Forgotten(4, 0)

    def test_of_a_held_person_stay(self, bureau: Bureau) -> None:
        bureau.held(bureau.people["bob"].id)
        assert self.later() == Forgotten(3, 1)
        assert bureau.rows(OWNERS) == [("bob",)]

    def test_of_members_of_a_held_company_stay(self, bureau: Bureau) -> None:
        bureau.held(None)
        assert self.later() == Forgotten(1, 3)
        assert bureau.rows(OWNERS) == [("alice",), ("bob",), ("carol",)]


def test_no_hold_comes_in_between(bureau: Bureau) -> None:
    """Who places a hold while rows are deleted waits: it holds all that is there when it is confirmed."""
    proposal = bureau.hold(None)

    def agree() -> None:
        try:
            bureau.agree(proposal)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=1) as carol:
        with get(LegalHolds).in_force():
            placed = carol.submit(agree)
            with pytest.raises(TimeoutError):
                placed.result(timeout=1.5)
            assert bureau.rows(HOLDS) == [(0,)]
        placed.result(timeout=20)
    assert bureau.rows(HOLDS) == [(1,)]
