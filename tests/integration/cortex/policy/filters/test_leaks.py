# SPDX-License-Identifier: Apache-2.0
"""What policies hide in one's own company is hidden behind every door, by every way of asking."""

from datetime import date

import pytest
from django.db import connection

from apps.accounting.models import JournalEntry
from cortex.database.transactions import transactional
from cortex.identity.models import User
from cortex.policy import active
from cortex.policy.engine import PolicyEngine
from cortex.policy.packaged import packaged_text
from cortex.tenancy import scope
from tests.factories.books import BANK, TAX, EntryDraftFactory, open_books
from tests.factories.people import let_in, person
from tests.integration.apps.accounting.api.desk import Desk, open_desk

SECRET = "SECRET-7"
HIDING = """
@id("house.secret_entries")
@title("Clerks do not see what carries a secret reference")
forbid (
  principal in Cortex::Role::"clerk",
  action in Cortex::Action::"read",
  resource is Accounting::JournalEntry
)
when { resource has reference && resource.reference like "SECRET-*" };

@id("house.secret_account")
@title("Clerks do not see the taxes")
forbid (
  principal in Cortex::Role::"clerk",
  action in Cortex::Action::"read",
  resource is Accounting::Account
)
when { resource.code == "Liabilities:Tax" };

@id("house.secret_period")
@title("Clerks do not see December")
forbid (
  principal in Cortex::Role::"clerk",
  action in Cortex::Action::"read",
  resource is Accounting::FiscalPeriod
)
when { resource.code == "2026-12" };
"""


class Hidden:
    """A desk at which Dora, a clerk, must not see one of three entries."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.dora: User = person("dora")
        let_in(company_id=desk.books.company_id, user_id=self.dora.id, roles=["clerk"])
        self.shown = [
            desk.books.post(EntryDraftFactory(accounting_date=date(2026, 3, day), reference=f"OPEN-{day}"))
            for day in (1, 3)
        ]
        self.secret = desk.books.post(
            EntryDraftFactory(
                accounting_date=date(2026, 3, 2),
                reference=SECRET,
                narration="Whispered",
                amounts={BANK: 777_777, "Income:Sales": -777_777},
            )
        )

    def told(self, path: str, user: User | None = None, **headers: str) -> tuple[int, str]:
        """Return status and text of an answer of the API."""
        answer = self.desk.get(path, user or self.dora, **headers)
        return answer.status_code, answer.content.decode()

    def page(self, path: str, user: User | None = None) -> tuple[int, str]:
        """Return status and text of a page of the books."""
        answer = self.desk.client(user or self.dora).get(f"/books/{self.desk.books.code}/{path}")
        return answer.status_code, answer.content.decode()

    def is_told_in(self, text: str) -> bool:
        """Return whether a text gives the secret away: reference, id, words or amount."""
        plain = text.replace(",", "").replace(".", "").replace("\u202f", "")
        return any(part in text for part in (SECRET, str(self.secret.id), "Whispered")) or "777777" in plain


@pytest.fixture
def hidden(db: None, monkeypatch: pytest.MonkeyPatch) -> Hidden:
    engine = PolicyEngine(packaged_text() + HIDING, version=0)
    monkeypatch.setattr(active.ACTIVE, "engine", lambda: engine)
    return Hidden(open_desk())


class TestApi:
    def test_lists_and_pages_as_if_it_were_not_there(self, hidden: Hidden) -> None:
        status, text = hidden.told("journal-entries")
        assert (status, hidden.is_told_in(text)) == (200, False)
        assert hidden.desk.get("journal-entries", hidden.dora).json()["next_cursor"] is None
        first = hidden.desk.get("journal-entries?limit=1", hidden.dora).json()
        rest = hidden.desk.get(f"journal-entries?limit=1&cursor={first['next_cursor']}", hidden.dora).json()
        ids = [row["id"] for page in (first, rest) for row in page["items"]]
        assert ids == [str(hidden.shown[1].id), str(hidden.shown[0].id)]
        assert rest["next_cursor"] is None

    def test_does_not_go_on_from_a_page_of_somebody_who_sees_more(self, hidden: Hidden) -> None:
        first = hidden.desk.get("journal-entries?limit=1").json()
        second = hidden.desk.get(f"journal-entries?limit=1&cursor={first['next_cursor']}").json()
        assert second["items"][0]["id"] == str(hidden.secret.id)
        status, text = hidden.told(f"journal-entries?limit=1&cursor={second['next_cursor']}")
        assert (status, hidden.is_told_in(text)) == (200, False)

    @pytest.mark.parametrize(
        "query", [f"reference={SECRET}", "from=2026-03-02&to=2026-03-02", "journal=GENERAL&from=2026-03-02"]
    )
    def test_finds_it_by_no_search(self, hidden: Hidden, query: str) -> None:
        status, text = hidden.told(f"journal-entries?{query}")
        assert (status, hidden.is_told_in(text)) == (200, False)
        assert hidden.is_told_in(hidden.told(f"journal-entries?{query}", hidden.desk.alice)[1])

    @pytest.mark.parametrize("query", ["ordering=reference", "search=SECRET", "reference__startswith=SECRET"])
    def test_takes_no_other_question(self, hidden: Hidden, query: str) -> None:
        status, text = hidden.told(f"journal-entries?{query}")
        assert (status, hidden.is_told_in(text)) == (400, False)

    @pytest.mark.parametrize("path", ["journal-entries/{id}", "journal-entries/{id}/audit-leaves"])
    def test_answers_as_for_an_id_of_nothing(self, hidden: Hidden, path: str) -> None:
        nothing = "01900000-0000-7000-8000-000000000000"
        for tag in ({}, {"If-None-Match": "*"}):
            status, text = hidden.told(path.format(id=hidden.secret.id), **tag)
            absent, words = hidden.told(path.format(id=nothing), **tag)
            assert (status, absent) == (404, 404)
            assert _without_request(text).replace(str(hidden.secret.id), nothing) == _without_request(words)
        assert hidden.told(path.format(id=hidden.secret.id), hidden.desk.alice)[0] == 200

    def test_leaves_it_out_of_the_general_ledger_and_its_balances(self, hidden: Hidden) -> None:
        status, text = hidden.told(f"reports/general-ledger?account={BANK}")
        assert (status, hidden.is_told_in(text)) == (200, False)
        rows = hidden.desk.get(f"reports/general-ledger?account={BANK}", hidden.dora).json()["items"]
        assert [row["running_balance"] for row in rows] == ["12.34", "24.68"]
        later = hidden.desk.get(f"reports/general-ledger?account={BANK}&from=2026-03-03", hidden.dora).json()
        assert [row["running_balance"] for row in later["items"]] == ["24.68"]

    @pytest.mark.parametrize("kind", ["application/json", "text/csv"])
    def test_refuses_sums_over_what_is_hidden(self, hidden: Hidden, kind: str) -> None:
        status, text = hidden.told("reports/trial-balance", Accept=kind)
        assert (status, hidden.is_told_in(text)) == (403, False)
        assert "whole_books_must_be_visible" in text
        assert hidden.told("reports/trial-balance", hidden.desk.alice, Accept=kind)[0] == 200

    def test_hides_accounts_and_periods(self, hidden: Hidden) -> None:
        assert TAX not in hidden.told("accounts")[1]
        assert hidden.told(f"accounts/{TAX}")[0] == 404
        assert hidden.told("accounts/Nothing")[0] == 404
        assert "2026-12" not in hidden.told("periods")[1]
        assert hidden.told(f"accounts/{TAX}", hidden.desk.alice)[0] == 200
        assert hidden.told(f"reports/general-ledger?account={TAX}")[0] in (404, 422)


class TestBooks:
    def test_shows_it_on_no_page(self, hidden: Hidden) -> None:
        listed = ("entries/", f"entries/?reference={SECRET}", f"entries/{hidden.shown[0].id}/")
        for path in ("", *listed, "periods/"):
            status, text = hidden.page(path)
            told = hidden.is_told_in(text.replace(SECRET, "") if SECRET in path else text)
            assert (path, status, told) == (path, 200, False)
        for path in (f"entries/{hidden.secret.id}/", f"entries/new/?like={hidden.secret.id}"):
            status, text = hidden.page(path)
            assert (path, status) == (path, 404)
            assert "Whispered" not in text
            assert hidden.page(path, hidden.desk.alice)[0] == 200

    def test_leads_past_it_to_the_neighbours(self, hidden: Hidden) -> None:
        _, text = hidden.page(f"entries/{hidden.shown[0].id}/")
        assert str(hidden.shown[1].id) in text


class TestAdministration:
    def test_shows_it_nowhere(self, hidden: Hidden) -> None:
        User.objects.filter(id=hidden.dora.id).update(is_staff=True)
        client = hidden.desk.client(hidden.dora)
        base = "/admin/accounting/journalentry/"
        for path in ("", f"?q={SECRET}", f"?q={hidden.secret.id}", "?o=1", "?is_cancellation__exact=0"):
            answer = client.get(base + path, follow=True)
            shown = answer.content.decode()
            if "?q=" in path:  # what was typed stands in the box again
                shown = shown.replace(path.removeprefix("?q="), "")
            assert (path, answer.status_code, hidden.is_told_in(shown)) == (path, 200, False)
        counted = " ".join(client.get(base).content.decode().split())
        assert "2 journal entries" in counted or "2 results" in counted
        for path in ("change/", "history/", "delete/"):
            answer = client.get(f"{base}{hidden.secret.id}/{path}", follow=True)
            assert "Whispered" not in answer.content.decode()
            assert SECRET not in answer.content.decode()

    def test_offers_no_hidden_account_to_complete(self, hidden: Hidden) -> None:
        User.objects.filter(id=hidden.dora.id).update(is_staff=True)
        client = hidden.desk.client(hidden.dora)
        question = {"app_label": "accounting", "model_name": "account", "field_name": "parent", "term": "L"}
        assert TAX not in client.get("/admin/autocomplete/", question).content.decode()
        listed = client.get("/admin/accounting/account/").content.decode()
        assert TAX not in listed
        assert BANK in listed


class TestWrites:
    def test_of_a_hidden_entry_are_answered_as_for_none(self, hidden: Hidden) -> None:
        let_in(company_id=hidden.desk.books.company_id, user_id=hidden.dora.id, roles=["clerk", "accountant"])
        answer = hidden.desk.post(
            f"journal-entries/{hidden.secret.id}:reverse", {"accounting_date": "2026-04-01"}, hidden.dora
        )
        assert answer.status_code == 404
        with hidden.desk.books.entered():
            assert JournalEntry.objects.count() == 3


class TestAcrossCompanies:
    def test_raw_sql_of_the_application_sees_its_own_company_alone(self, hidden: Hidden) -> None:
        other = open_books(code="OTHER")
        theirs = other.post()
        with hidden.desk.books.entered():
            assert theirs.id not in _raw_ids()
            assert hidden.secret.id in _raw_ids()
        with scope([]):
            assert _raw_ids() == set()


@transactional
def _raw_ids() -> set[object]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM accounting_journal_entry ORDER BY reference")
        return {row[0] for row in cursor.fetchall()}


def _without_request(text: str) -> str:
    """Return a problem without the id of its request and without its path."""
    import json

    read = json.loads(text)
    return json.dumps({name: read[name] for name in sorted(read) if name not in ("request_id", "instance")})
