# SPDX-License-Identifier: Apache-2.0
"""What is taken away and who looks at people leaves a leaf, once a minute; who is refused leaves none."""

import hashlib
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import OperationalError
from django.test import Client
from structlog.testing import capture_logs

from cortex.boot.report import compose_report
from cortex.clock import now
from cortex.container.override import override
from cortex.identity.models import User
from cortex.observability.boot_leaf import leave_boot_leaf
from cortex.policy import refusal_trail
from cortex.policy.models import PolicyDecision
from cortex.policy.retention import KEPT_FOR, forget_old_decisions
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from tests.factories.books import Books, open_books
from tests.factories.clocks import clock_after
from tests.factories.leaves import WatchedLog, watched_leaves
from tests.factories.people import let_in, person
from tests.factories.sessions import sign_in
from tests.frame.clones import Clone


@pytest.fixture(autouse=True)
def _nothing_was_seen_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refusal_trail, "_left", {})


@pytest.fixture
def books(db: None) -> Books:
    return open_books()


def browser(books: Books, name: str, role: str) -> Client:
    user = person(name)
    let_in(company_id=books.company_id, user_id=user.id, roles=[role])
    User.objects.filter(id=user.id).update(is_staff=True)
    return sign_in(Client(), User.objects.get(id=user.id))


def left(watched: WatchedLog, verb: str) -> list[tuple[str, str | None]]:
    return [(each.object_type, each.digest) for each in watched.records if each.verb == verb]


class TestTables:
    def test_leave_the_digest_of_what_was_taken_away(self, books: Books) -> None:
        books.post()
        bob = browser(books, "bob", "auditor")
        with watched_leaves() as watched:
            contents = [
                bob.get(f"/{path}").content
                for path in (
                    "books/DEMO/trial-balance.csv",
                    "books/DEMO/audit-log.csv",
                    "api/v1/companies/DEMO/reports/trial-balance?format=csv",
                )
            ]
            bob.get("/books/DEMO/trial-balance.csv")
        tables = ("accounting.trial_balance", "audit.log", "accounting.trial_balance")
        digests = [hashlib.sha256(each).hexdigest() for each in contents]
        told = left(watched, "accounting.table.exported")
        # The same table again within the minute leaves nothing new.
        assert set(told) == set(zip(tables, digests, strict=True))
        assert len(told) == len(set(told))

    def test_leave_one_at_the_console_too(self, books: Books) -> None:
        books.post()
        with watched_leaves() as watched:
            call_command("trial_balance", company="DEMO", format="csv")
        assert [name for name, _ in left(watched, "accounting.table.exported")] == [
            "accounting.trial_balance"
        ]

    def test_leave_none_where_they_are_refused(self, books: Books) -> None:
        charlie = sign_in(Client(), person("charlie"))
        with watched_leaves() as watched:
            assert charlie.get("/books/DEMO/trial-balance.csv").status_code == 404
        assert left(watched, "accounting.table.exported") == []


class TestRights:
    def test_of_members_leave_a_look_of_the_page_and_the_digest_of_the_file(self, books: Books) -> None:
        bob = browser(books, "bob", "auditor")
        why = "explain/?company=DEMO&holder=bob&action=jobs.job.cancel"
        with watched_leaves() as watched:
            for part in ("?company=DEMO", why):
                refusal_trail._left.clear()
                assert bob.get(f"/admin/rights/{part}").status_code == 200
            content = bob.get("/admin/rights/?company=DEMO&format=csv").content
        assert left(watched, "backoffice.people.read") == [("policy.rights", None)] * 2
        told = [each for each in watched.records if each.verb == "backoffice.rights.exported"]
        assert [(each.object_type, each.object_id, each.digest) for each in told] == [
            ("policy.rights", books.company_id, hashlib.sha256(content).hexdigest())
        ]

    def test_of_roles_leave_the_digest_of_the_file_alone(self, books: Books) -> None:
        bob = browser(books, "bob", "auditor")
        with watched_leaves() as watched:
            assert bob.get("/admin/rights/").status_code == 200
            content = bob.get("/admin/rights/?format=csv").content
        assert left(watched, "backoffice.people.read") == []
        assert left(watched, "backoffice.rights.exported") == [
            ("policy.rights", hashlib.sha256(content).hexdigest())
        ]


class TestPeople:
    def test_leave_a_leaf_when_somebody_looks_at_them(self, books: Books) -> None:
        bob = browser(books, "bob", "auditor")
        with watched_leaves() as watched:
            for path in ("identity/membership/", "identity/membership/", "accounting/fiscalperiod/"):
                assert bob.get(f"/admin/{path}").status_code == 200
        assert left(watched, "backoffice.people.read") == [("identity.membership", None)]

    def test_are_shown_although_no_leaf_can_be_written(
        self, books: Books, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        bob = browser(books, "bob", "auditor")

        def fail(*_: object) -> None:
            raise OperationalError("the disk is full")

        monkeypatch.setattr("cortex.policy.looks._append_apart", fail)
        with capture_logs() as logs:
            assert bob.get("/admin/identity/membership/").status_code == 200
        assert [line["count"] for line in logs if line["event"] == "looks_not_recorded"] == [1]


def test_the_start_of_a_process_leaves_the_digest_of_its_report(committed_database: Clone) -> None:
    report = compose_report(process="web", at=now())
    with watched_leaves() as watched:
        leave_boot_leaf(report=report)
    assert left(watched, "platform.process.started") == [("platform.process", report["digest"])]


def test_a_process_starts_without_its_database(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object) -> None:
        raise OperationalError("away")

    monkeypatch.setattr("cortex.observability.boot_leaf._append", away)
    monkeypatch.setattr("cortex.observability.boot_leaf.connections.close_all", lambda: None)
    with capture_logs() as logs:
        leave_boot_leaf(report=compose_report(process="web", at=now()))
    assert [line["event"] for line in logs] == ["boot_leaf_not_left"]


def test_decisions_that_are_deleted_leave_a_leaf(committed_database: Clone) -> None:
    books = open_books()
    browser(books, "bob", "auditor").get("/books/DEMO/")
    assert PolicyDecision.objects.using("service").exists()
    scheduler = Principal.service("scheduler")
    with override(Clock, clock_after(KEPT_FOR + timedelta(days=1))), watched_leaves() as watched:
        assert forget_old_decisions(forgotten_by=scheduler).done > 0
        assert forget_old_decisions(forgotten_by=scheduler).done == 0
    assert [name for name, _ in left(watched, "policy.decision.forget")] == ["policy.decision_log"]
