# SPDX-License-Identifier: Apache-2.0
"""An entry that one sees tells nothing of a hidden entry at the other end of its reversal."""

import re
from datetime import date
from uuid import UUID

import pytest

from apps.accounting.models import JournalEntry
from apps.accounting.services.reverse_journal_entry import reverse_journal_entry
from cortex.identity.models import User
from cortex.policy import active
from cortex.policy.engine import PolicyEngine
from cortex.policy.packaged import packaged_text
from tests.factories.books import CONSOLE, EntryDraftFactory
from tests.factories.people import let_in, person
from tests.integration.apps.accounting.api.desk import Desk, open_desk

HIDING = """
@id("house.secret_reversals")
@title("Accountants do not see {what}")
forbid (
  principal in Cortex::Role::"accountant",
  action in Cortex::Action::"read",
  resource is Accounting::JournalEntry
)
when {{ {condition} }};
"""
REVERSALS = HIDING.format(what="red stornos", condition="resource.is_cancellation")
ORIGINALS = HIDING.format(
    what="what is secret", condition='resource has reference && resource.reference == "SECRET"'
)


class Pair:
    """An entry and its reversal, one of which Dora, an accountant, must not see."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, policy: str) -> None:
        engine = PolicyEngine(packaged_text() + policy, version=0)
        monkeypatch.setattr(active.ACTIVE, "engine", lambda: engine)
        self.desk: Desk = open_desk()
        self.dora: User = person("dora")
        let_in(company_id=self.desk.books.company_id, user_id=self.dora.id, roles=["accountant"])
        draft = EntryDraftFactory(accounting_date=date(2026, 3, 2), reference="SECRET")
        self.original: UUID = self.desk.books.post(draft).id
        with self.desk.books.entered():
            self.reversal: UUID = reverse_journal_entry(
                company_id=self.desk.books.company_id,
                entry_id=self.original,
                reversed_by=CONSOLE,
                is_cancellation=True,
            ).id

    def answers(self, entry_id: UUID, user: User) -> dict[str, str]:
        """Return what each door says about an entry, and in its list."""
        client, code = self.desk.client(user), self.desk.books.code
        User.objects.filter(id=user.id).update(is_staff=True)
        paths = {
            "api": f"/api/v1/companies/{code}/journal-entries/{entry_id}",
            "api list": f"/api/v1/companies/{code}/journal-entries",
            "leaves": f"/api/v1/companies/{code}/journal-entries/{entry_id}/audit-leaves",
            "ledger": f"/api/v1/companies/{code}/reports/general-ledger?account=Assets:Bank",
            "books": f"/books/{code}/entries/{entry_id}/",
            "books list": f"/books/{code}/entries/",
            "reverse page": f"/books/{code}/entries/{entry_id}/reverse/",
            "admin": f"/admin/accounting/journalentry/{entry_id}/change/",
            "admin list": "/admin/accounting/journalentry/",
        }
        found = {name: client.get(path) for name, path in paths.items()}
        assert {name: answer.status_code for name, answer in found.items() if answer.status_code != 200} == {}
        return {
            name: f"{answer.content.decode()} {answer.headers.get('ETag')}" for name, answer in found.items()
        }


def told_in(answers: dict[str, str], secret: UUID) -> list[str]:
    return [name for name, text in answers.items() if str(secret) in text]


@pytest.mark.django_db
class TestOriginal:
    @pytest.fixture
    def pair(self, monkeypatch: pytest.MonkeyPatch) -> Pair:
        return Pair(monkeypatch, REVERSALS)

    def test_does_not_name_its_hidden_reversal(self, pair: Pair) -> None:
        assert told_in(pair.answers(pair.original, pair.desk.alice), pair.reversal) != []
        answers = pair.answers(pair.original, pair.dora)
        assert told_in(answers, pair.reversal) == []
        for name in ("books", "books list"):
            assert re.search(r'class="tag">Reversed<', answers[name]) is None, name

    def test_is_answered_as_one_without_a_reversal(self, pair: Pair) -> None:
        path = f"journal-entries/{pair.original}"
        seen, hidden = (pair.desk.get(path, user).json() for user in (pair.desk.alice, pair.dora))
        assert seen["reversed_by_id"] == str(pair.reversal)
        assert hidden == {**seen, "reversed_by_id": None}

    def test_is_not_reversed_again_and_names_nothing(self, pair: Pair) -> None:
        path = f"journal-entries/{pair.original}:reverse"
        answer = pair.desk.post(path, {"accounting_date": "2026-04-01"}, pair.dora)
        assert answer.status_code == 409
        assert answer.json()["code"] == "accounting.entry_must_not_be_reversed_twice"
        assert str(pair.reversal) not in answer.content.decode()
        with pair.desk.books.entered():
            assert JournalEntry.objects.count() == 2


@pytest.mark.django_db
class TestReversal:
    @pytest.fixture
    def pair(self, monkeypatch: pytest.MonkeyPatch) -> Pair:
        return Pair(monkeypatch, ORIGINALS)

    def test_does_not_name_its_hidden_original(self, pair: Pair) -> None:
        assert told_in(pair.answers(pair.reversal, pair.desk.alice), pair.original) != []
        assert told_in(pair.answers(pair.reversal, pair.dora), pair.original) == []

    def test_is_not_proved_to_whoever_may_not_see_all_of_its_document(self, pair: Pair) -> None:
        code = pair.desk.books.code
        for path in (
            f"/api/v1/companies/{code}/journal-entries/{pair.reversal}/proof",
            f"/books/{code}/entries/{pair.reversal}/proof.zip",
        ):
            answer = pair.desk.client(pair.dora).get(path)
            assert (path, answer.status_code) == (path, 403)
            assert str(pair.original) not in answer.content.decode()
            # No checkpoint covers the entry here: whoever may see all of it is told so.
            assert pair.desk.client(pair.desk.alice).get(path).status_code == 409
