# SPDX-License-Identifier: Apache-2.0
"""The audit trail beside each record: what was done, let through by which policy, and where it stands."""

import json
import re
from uuid import uuid4

import pytest
from django.test import Client

from cortex.identity.models import User
from tests.factories.books import BANK
from tests.factories.log import integrate_and_seal
from tests.factories.people import person
from tests.factories.sessions import sign_in
from tests.frame.clones import Clone
from tests.integration.apps.accounting.api.desk import ENTRY
from tests.integration.apps.audit.search.conftest import Past, a_past

LOG = "/books/DEMO/audit-log/"


@pytest.fixture
def committed(committed_database: Clone) -> Past:
    return a_past()


def posted_by_alice(past: Past) -> str:
    """Post an entry as a person does, so that policies were asked."""
    answer = past.browser("alice").post(
        "/api/v1/companies/DEMO/journal-entries",
        json.dumps(ENTRY),
        content_type="application/json",
        headers={"Idempotency-Key": str(uuid4())},
    )
    assert answer.status_code == 201, answer.content
    return str(answer.json()["id"])


def staff(past: Past, name: str) -> Client:
    User.objects.filter(id=past.people[name].id).update(is_staff=True)
    return sign_in(Client(), User.objects.get(id=past.people[name].id))


def text(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return " ".join(answer.content.decode().split())


class TestBesideAnEntry:
    def test_stand_position_and_the_policy_that_let_it_through(self, committed: Past) -> None:
        entry = posted_by_alice(committed)
        before = text(committed.browser("bob"), f"/books/DEMO/entries/{entry}/")
        integrate_and_seal()
        after = text(committed.browser("bob"), f"/books/DEMO/entries/{entry}/")
        assert "given within seconds" in before
        assert re.search(r"Position in the log</dt><dd>\d+</dd>", after)
        assert re.search(r"Let through by</dt><dd>accounting\.\w+.*?, version 0 of the policies", after)
        assert f"{LOG}?object={entry}" in after
        assert "audit-log/how-to-verify/" in after

    def test_tells_no_decision_to_whoever_may_read_none(self, committed: Past) -> None:
        entry = posted_by_alice(committed)
        page = text(committed.browser("clara"), f"/books/DEMO/entries/{entry}/")
        assert "Position in the log" in page
        assert "Let through by" not in page
        assert f"{LOG}?object=" not in page


class TestBesideOtherRecords:
    def test_stands_beside_accounts_periods_and_members(self, past: Past) -> None:
        bob = past.browser("bob")
        assert "accounting.account.create" in text(bob, f"/books/DEMO/accounts/{BANK}/")
        period = text(bob, "/books/DEMO/periods/2026-01/")
        assert "accounting.fiscal_period.close" in period
        assert re.search(r"Digest before</dt><dd><code class=\"hash\">[0-9a-f]{64}<", period)
        members = text(bob, "/accounts/companies/DEMO/members/")
        address = f"{LOG}?object={past.people['clara'].id}"
        assert address in members
        assert "identity.membership.granted" in text(bob, address)

    def test_stands_below_pages_of_rows_in_the_administration(self, committed: Past) -> None:
        entry = posted_by_alice(committed)
        bob = staff(committed, "bob")
        page = text(bob, f"/admin/accounting/journalentry/{entry}/change/")
        assert "Audit trail" in page
        assert "Digest before" in page
        assert re.search(r"/admin/policy/policydecision/[^/]+/change/", page)
        assert f"/admin/audit/auditentry/?q={entry}" in page

    def test_stands_there_for_the_platform_too(self, committed: Past) -> None:
        petra = person("petra")
        petra.is_superuser = petra.is_staff = True
        petra.save(update_fields=["is_superuser", "is_staff"])
        browser = sign_in(Client(), petra)
        user = text(browser, f"/admin/identity/user/{committed.people['alice'].id}/change/")
        assert f"/admin/audit/auditentry/?q={committed.people['alice'].id}" in user

    def test_is_not_shown_to_staff_who_may_not_read_the_log(self, committed: Past) -> None:
        entry = posted_by_alice(committed)
        page = text(staff(committed, "clara"), f"/admin/accounting/journalentry/{entry}/change/")
        assert "audit-trail-title" not in page


def test_how_a_proof_is_checked_is_told_to_every_reader_of_the_books(past: Past) -> None:
    page = text(past.browser("clara"), "/books/DEMO/audit-log/how-to-verify/")
    for word in ("python3 verify.py", "VERIFIED", "REFUSED", "--log-key", "does not prove"):
        assert word in page
    assert past.browser("charlie").get("/books/DEMO/audit-log/how-to-verify/").status_code == 404
