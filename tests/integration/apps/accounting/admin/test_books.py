# SPDX-License-Identifier: Apache-2.0
"""The books in the administration: all of it can be found, none of it changed."""

import hashlib
import html
import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from apps.accounting.domain.party_name import UNREADABLE
from apps.accounting.selectors.accounts import get_account
from apps.accounting.services.post_journal_entries import PostedEntry
from apps.accounting.services.reverse_journal_entry import reverse_journal_entry
from cortex.break_glass.open_access import open_access
from cortex.identity.models import User
from tests.factories.books import BANK, CONSOLE, Books, EntryDraftFactory, open_books
from tests.factories.keepers import keeper_away
from tests.factories.people import create_user, just_signed_in
from tests.factories.sessions import sign_in
from tests.integration.apps.accounting.api.desk import Desk

LISTS = (
    "accounting/ledger",
    "accounting/account",
    "accounting/journal",
    "accounting/journalentry",
    "accounting/partyname",
    "accounting/fiscalyear",
    "accounting/fiscalperiod",
)


@pytest.fixture
def auditor(desk: Desk) -> Client:
    """Return the browser of somebody who reads everything of the company."""
    return staff(desk.bob)


@pytest.fixture
def administrator(db: None) -> Client:
    """Return the browser of a platform administrator who is a member of nothing."""
    return signed_in(create_user(username="root-of-trust", is_platform_administrator=True))


@pytest.fixture
def posted(desk: Desk) -> PostedEntry:
    """Return a posted sale."""
    return desk.books.post(EntryDraftFactory(party="Orchard School"))


def signed_in(user: User) -> Client:
    client = Client()
    sign_in(client, user)
    return client


def staff(user: User) -> Client:
    """Let somebody into the administration, with no more rights than the memberships give."""
    User.objects.filter(id=user.id).update(is_staff=True)
    return signed_in(User.objects.get(id=user.id))


def page(client: Client, path: str) -> str:
    response = client.get(f"/admin/{path}")
    assert response.status_code == 200, path
    return html.unescape(response.content.decode())


class TestBooks:
    @pytest.mark.parametrize("path", LISTS)
    def test_are_listed_and_cannot_be_added_to_changed_or_deleted(
        self, auditor: Client, desk: Desk, posted: PostedEntry, path: str
    ) -> None:
        listed = page(auditor, f"{path}/")
        row = re.search(rf'/admin/{path}/([^/"]+)/change/', listed)
        assert row is not None
        assert "addlink" not in listed
        for verb in ("add/", f"{row[1]}/delete/"):
            assert auditor.get(f"/admin/{path}/{verb}").status_code == 403
            assert auditor.post(f"/admin/{path}/{verb}", {"post": "yes"}).status_code == 403
        assert auditor.post(f"/admin/{path}/{row[1]}/change/", {"code": "X"}).status_code == 403
        assert 'name="_save"' not in page(auditor, f"{path}/{row[1]}/change/")

    def test_find_a_party_by_its_whole_name(self, auditor: Client, desk: Desk, posted: PostedEntry) -> None:
        link = "/admin/accounting/partyname/"
        rows = [
            re.findall(rf"{link}[^/\"?]+/change/", page(auditor, f"accounting/partyname/?q={term}"))
            for term in ("", "Orchard+School", "Orchard", "orchard+school")
        ]
        assert [len(set(found)) for found in rows] == [1, 1, 0, 0]
        with keeper_away():
            told = page(auditor, "accounting/partyname/?q=Orchard+School")
            assert UNREADABLE in page(auditor, "accounting/partyname/")
        assert "Names of parties: expected a keeper of keys that answers" in told
        assert not re.search(rf"{link}[^/\"?]+/change/", told)

    def test_lead_from_trial_balance_to_account_lines_entry_and_leaf(
        self, auditor: Client, desk: Desk, posted: PostedEntry
    ) -> None:
        report = page(auditor, f"accounting/ledger/{desk.books.ledger_id}/trial-balance/")
        account = re.search(rf'/admin/(accounting/account/[^"]+/)change/">{BANK}<', report)
        assert account is not None
        assert "12.34" in report
        assert f"/admin/{account[1]}lines/" in page(auditor, f"{account[1]}change/")
        lines = page(auditor, f"{account[1]}lines/")
        assert f"/admin/accounting/journalentry/{posted.id}/change/" in lines
        entry = page(auditor, f"accounting/journalentry/{posted.id}/change/")
        assert "Sale over the counter" in entry
        assert "Orchard School" in entry
        body, leaf_hash = (
            re.search(r"<pre[^>]*>(.*?)</pre>", entry),
            re.search(r"<code[^>]*>(\w{64})</code>", entry),
        )
        assert body is not None
        assert leaf_hash is not None
        assert leaf_hash[1] == hashlib.sha256(b"\x00" + body[1].encode()).hexdigest()

    def test_show_both_ends_of_a_reversal(self, auditor: Client, desk: Desk, posted: PostedEntry) -> None:
        with desk.books.entered():
            reversal = reverse_journal_entry(
                company_id=desk.books.company_id, entry_id=posted.id, reversed_by=CONSOLE
            )
        link = "/admin/accounting/journalentry/{}/change/"
        assert link.format(reversal.id) in page(auditor, f"accounting/journalentry/{posted.id}/change/")
        assert link.format(posted.id) in page(auditor, f"accounting/journalentry/{reversal.id}/change/")

    def test_keep_the_trial_balance_to_the_days_that_are_asked_for(
        self, auditor: Client, desk: Desk, posted: PostedEntry
    ) -> None:
        report = f"accounting/ledger/{desk.books.ledger_id}/trial-balance/"
        assert "Nothing was posted here." in page(auditor, f"{report}?as_of=2026-03-14")
        assert "Enter a valid date." in page(auditor, f"{report}?as_of=March")

    def test_go_on_after_a_page_of_lines(self, auditor: Client, desk: Desk) -> None:
        for _ in range(101):
            desk.books.post()
        with desk.books.entered():
            account = get_account(company_id=desk.books.company_id, reader=None, code=BANK)
        lines = f"accounting/account/{account.id}/lines/"
        further = re.search(r'href="(\?after=[^"]+)"', page(auditor, lines))
        assert further is not None
        rest = page(auditor, lines + further[1])
        assert (rest.count("GENERAL/2026/"), "1246.34" in rest) == (1, True)
        assert auditor.get(f"/admin/{lines}?after=nonsense").status_code == 404

    def test_find_an_entry_by_its_whole_reference(self, auditor: Client, desk: Desk) -> None:
        for reference in ("S-1", "S-11"):
            desk.books.post(EntryDraftFactory(reference=reference))
        found = page(auditor, "accounting/journalentry/?q=S-1")
        assert len(set(re.findall(r"/admin/accounting/journalentry/[^/]+/change/", found))) == 1

    def test_that_are_not_there_are_not_found(self, auditor: Client, desk: Desk) -> None:
        for path in ("ledger/{}/trial-balance/", "account/{}/lines/"):
            assert auditor.get(f"/admin/accounting/{path.format(uuid4())}").status_code == 404

    @pytest.mark.parametrize("path", ["accounting/journalentry", "audit/auditentry"])
    def test_are_listed_with_as_many_queries_for_many_as_for_one(
        self, desk: Desk, django_assert_num_queries: DjangoAssertNumQueries, path: str
    ) -> None:
        desk.books.post()
        bob = staff(desk.bob)
        bob.get(f"/admin/{path}/")
        for _ in range(2):
            with django_assert_num_queries(14):
                bob.get(f"/admin/{path}/")
            for _ in range(10):
                desk.books.post()


class TestAdministratorOfThePlatform:
    def test_reads_no_books_without_a_membership(
        self, administrator: Client, desk: Desk, posted: PostedEntry
    ) -> None:
        for path in LISTS:
            assert administrator.get(f"/admin/{path}/").status_code == 403
        with desk.books.entered():
            account = get_account(company_id=desk.books.company_id, reader=None, code=BANK)
        for path in (
            f"journalentry/{posted.id}/change/",
            f"ledger/{desk.books.ledger_id}/trial-balance/",
            f"account/{account.id}/lines/",
        ):
            assert administrator.get(f"/admin/accounting/{path}").status_code in (403, 404)
        assert "/admin/accounting/" not in page(administrator, "")

    def test_reads_them_while_the_company_is_open_in_an_emergency(
        self, administrator: Client, desk: Desk, posted: PostedEntry
    ) -> None:
        root = User.objects.get(username="root-of-trust")
        with desk.books.entered():
            open_access(
                company_id=desk.books.company_id,
                reason="The controller is away",
                lasts=timedelta(hours=1),
                opened_by=just_signed_in(root),
            )
        assert str(posted.id) in page(administrator, "accounting/journalentry/")


class TestStaffOfACompany:
    @pytest.fixture
    def other(self, desk: Desk) -> Books:
        """Return books that nobody of the cast belongs to."""
        return open_books(code="OTHER")

    def test_sees_its_own_books_only(self, desk: Desk, other: Books, posted: PostedEntry) -> None:
        hidden, bob = other.post(), staff(desk.bob)
        listed = page(bob, "accounting/journalentry/")
        assert (str(posted.id) in listed, str(hidden.id) in listed) == (True, False)
        assert bob.get(f"/admin/accounting/journalentry/{hidden.id}/change/").status_code == 302
        assert bob.get(f"/admin/accounting/ledger/{other.ledger_id}/trial-balance/").status_code == 404

    def test_reads_the_log_where_the_role_allows_it(self, desk: Desk, posted: PostedEntry) -> None:
        assert "accounting.journal_entry.post" in page(staff(desk.bob), "audit/auditentry/")

    def test_opens_no_page_of_the_platform(self, desk: Desk) -> None:
        bob = staff(desk.bob)
        for path in ("identity/user/", "mail/outgoingmail/", "oauth2_provider/application/"):
            assert bob.get(f"/admin/{path}").status_code == 403
        assert "/admin/identity/user/" not in page(bob, "")

    def test_without_a_membership_sees_nothing(self, desk: Desk, posted: PostedEntry) -> None:
        charlie = staff(desk.charlie)
        for path in LISTS:
            assert charlie.get(f"/admin/{path}/").status_code == 403

    def test_is_needed_to_enter(self, desk: Desk) -> None:
        response = signed_in(desk.bob).get("/admin/accounting/ledger/")
        assert (response.status_code, response.headers["Location"].partition("?")[0]) == (
            302,
            "/admin/login/",
        )
