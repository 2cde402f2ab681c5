# SPDX-License-Identifier: Apache-2.0
"""What is remembered of a question is where rows are seen: never who somebody is, nor what was shared."""

import pytest
from django.contrib.auth.models import Permission
from guardian.models import UserObjectPermission

from apps.accounting.selectors.journal_entries import EntryFilters, list_journal_entries
from cortex.identity.models import User
from cortex.identity.principals import principal_of_user
from cortex.policy import active
from cortex.policy.engine import PolicyEngine
from cortex.policy.packaged import packaged_text
from tests.factories.books import Books, EntryDraftFactory, open_books
from tests.factories.people import let_in, person

HIDING = """
@id("house.only_what_is_shared")
@title("Clerks see what was shared with them")
forbid (
  principal is Cortex::User in Cortex::Role::"clerk",
  action in Cortex::Action::"read",
  resource is Accounting::JournalEntry
)
unless { resource.viewers.contains(principal) };
"""


@pytest.fixture
def dora(db: None) -> User:
    return person("dora")


@pytest.fixture
def books(dora: User, monkeypatch: pytest.MonkeyPatch) -> Books:
    put_in_force(monkeypatch, HIDING)
    books = open_books()
    let_in(company_id=books.company_id, user_id=dora.id, roles=["clerk"])
    for number in range(3):
        books.post(EntryDraftFactory(reference=f"E{number}"))
    return books


def put_in_force(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    engine = PolicyEngine(packaged_text() + text, version=0)
    monkeypatch.setattr(active.ACTIVE, "engine", lambda: engine)


def seen(books: Books, user: User) -> list[str | None]:
    reader = principal_of_user(user)
    with books.entered():
        page = list_journal_entries(company_id=books.company_id, filters=EntryFilters(), reader=reader)
    return sorted(entry.reference or "" for entry in page.entries)


class TestTranslations:
    def test_show_at_once_what_was_shared(self, books: Books, dora: User) -> None:
        assert seen(books, dora) == []
        with books.entered():
            entry = list_journal_entries(
                company_id=books.company_id, filters=EntryFilters(reference="E1"), reader=None
            ).entries[0]
        permission = Permission.objects.get(codename="view_journalentry")
        grant = UserObjectPermission.objects.create(
            user=dora, permission=permission, content_type=permission.content_type, object_pk=str(entry.id)
        )
        assert seen(books, dora) == ["E1"]
        grant.delete()
        assert seen(books, dora) == []

    def test_follow_a_changed_role_at_once(self, books: Books, dora: User) -> None:
        assert seen(books, dora) == []
        let_in(company_id=books.company_id, user_id=dora.id, roles=["accountant"])
        assert seen(books, dora) == ["E0", "E1", "E2"]
        let_in(company_id=books.company_id, user_id=dora.id, roles=["clerk"])
        assert seen(books, dora) == []

    def test_are_not_those_of_somebody_else(self, books: Books, dora: User) -> None:
        erin = person("erin")
        let_in(company_id=books.company_id, user_id=erin.id, roles=["accountant"])
        assert (seen(books, erin), seen(books, dora)) == (["E0", "E1", "E2"], [])

    def test_are_not_those_of_another_text_of_the_same_number(
        self, books: Books, dora: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert seen(books, dora) == []
        put_in_force(monkeypatch, "")
        assert seen(books, dora) == ["E0", "E1", "E2"]
