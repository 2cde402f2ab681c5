# SPDX-License-Identifier: Apache-2.0
"""The audit trail beside each record: what was done, let through by which policy, and where it stands."""

import json
import re
from uuid import uuid4

import pytest
from django.test import Client
from django_celery_beat.models import IntervalSchedule, PeriodicTask
from oauth2_provider.models import get_application_model

from cortex.identity.models import User
from cortex.ports.audit_log import AuditTrail
from cortex.ports.registry import get
from tests.factories.books import BANK
from tests.factories.log import integrate_and_seal
from tests.factories.people import create_user, just_signed_in, service_client
from tests.factories.sessions import sign_in
from tests.frame.clones import Clone
from tests.integration.apps.accounting.api.desk import ENTRY
from tests.integration.apps.audit.search.conftest import Past, a_past
from tests.integration.cortex.backoffice.policy_texts import platform_administrator
from tests.integration.cortex.policy_versions.people import drafted

LOG = "/books/DEMO/audit-log/"
# Of Alice: the leaf of a company, and those of the platform.
BEFORE = ["identity.membership.granted", "identity.credentials.began", "identity.user.created"]


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

    def test_is_not_shown_to_staff_who_may_not_read_the_log(self, committed: Past) -> None:
        entry = posted_by_alice(committed)
        page = text(staff(committed, "clara"), f"/admin/accounting/journalentry/{entry}/change/")
        assert "audit-trail-title" not in page


class TestBesideRecordsOfThePlatform:
    """Petra administers the platform. Leaves of no company are read by the service role, for her alone."""

    def test_stands_what_was_done_to_a_user_here_and_in_companies(self, committed: Past) -> None:
        petra, alice = petras(), committed.people["alice"].id
        assert petra.post(f"/admin/identity/user/{alice}/deactivate/").status_code == 302
        page = text(petra, f"/admin/identity/user/{alice}/change/")
        assert f"/admin/audit/auditentry/?q={alice}" in page
        assert verbs(page) == ["identity.user.deactivated", *BEFORE]
        assert "Petra" in page
        # By which policy: the decision of the platform, as of a company's.
        assert re.search(r"/admin/policy/policydecision/[^/]+/change/", page)

    def test_stands_who_drafted_a_version_of_the_policies(self, committed: Past) -> None:
        petra = petras()
        version = drafted(just_signed_in(User.objects.get(username="petra")))
        assert verbs(text(petra, f"/admin/policy/policyversion/{version.id}/change/")) == [
            "policy.version.drafted"
        ]

    def test_stands_beside_a_client_whose_leaves_name_its_terms(self, committed: Past) -> None:
        petra = petras()
        service_client(create_user(username="robot", kind=User.Kind.SERVICE))
        place = f"/admin/oauth2_provider/application/{get_application_model().objects.get().pk}"
        assert petra.post(f"{place}/disable/").status_code == 302
        assert verbs(text(petra, f"{place}/change/")) == [
            "programs.client.disabled",
            "programs.client.created",
        ]

    def test_stands_beside_a_task_whose_leaves_name_its_name(self, committed: Past) -> None:
        petra = petras()
        every = IntervalSchedule.objects.create(every=30, period=IntervalSchedule.SECONDS)
        task = PeriodicTask.objects.create(
            name="take-up-abandoned-jobs", task="cortex.jobs.take_up_abandoned", interval=every
        )
        place = f"/admin/django_celery_beat/periodictask/{task.pk}"
        assert "The log has no leaf about it" in text(petra, f"{place}/change/")
        assert petra.post(f"{place}/disable/").status_code == 302
        assert verbs(text(petra, f"{place}/change/")) == ["jobs.schedule.switched_off"]

    def test_has_no_leaf_of_somebody_who_only_looked(self, committed: Past) -> None:
        petra, path = petras(), f"/admin/identity/user/{committed.people['alice'].id}/change/"
        assert [verbs(text(petra, path)) for _ in range(2)] == [BEFORE] * 2

    def test_is_nothing_for_whoever_may_not_read_the_leaves_of_all(self, committed: Past) -> None:
        alice, bob = (committed.people[name] for name in ("alice", "bob"))
        trail = get(AuditTrail)
        asked = {"company_id": None, "object_id": alice.id, "limit": 9}
        petras()
        petra = just_signed_in(User.objects.get(username="petra"))
        granted, *_ = found = trail.of_object(reader=petra, **asked)
        assert [each.verb for each in found] == BEFORE
        assert trail.of_object(reader=just_signed_in(bob), **asked) == []
        told = trail.decisions_of(
            company_id=None, leaf_ids=[granted.leaf_id], reader=just_signed_in(committed.people["charlie"])
        )
        assert told == {}


def petras() -> Client:
    return sign_in(Client(), platform_administrator("petra"), methods=("pwd", "otp"))


def verbs(page: str) -> list[str]:
    """Return the verbs of the trail below a page, the newest first."""
    return re.findall(r"""auditentry/[?]q=[0-9a-f-]{36}">([a-z_]+[.][a-z_.]+)</a>""", page)


def test_how_a_proof_is_checked_is_told_to_every_reader_of_the_books(past: Past) -> None:
    page = text(past.browser("clara"), "/books/DEMO/audit-log/how-to-verify/")
    for word in ("python3 verify.py", "VERIFIED", "REFUSED", "--log-key", "does not prove"):
        assert word in page
    assert past.browser("charlie").get("/books/DEMO/audit-log/how-to-verify/").status_code == 404
