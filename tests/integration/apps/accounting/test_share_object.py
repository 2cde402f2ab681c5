# SPDX-License-Identifier: Apache-2.0
"""A controller shares one entry or account: a policy that looks at viewers opens it, and nothing else."""

from io import StringIO
from uuid import UUID, uuid4

import pytest
from django.core.management import call_command
from guardian.models import UserObjectPermission

from apps.accounting.domain.errors import AccountMustExist, EntryMustExist
from apps.accounting.selectors.accounts import list_accounts
from apps.accounting.selectors.journal_entries import EntryFilters, list_journal_entries
from apps.accounting.services.share_object import Shared, share_object
from cortex.identity.membership_changes import MembershipMustExist, revoke_membership
from cortex.identity.models import User
from cortex.policy import active
from cortex.policy.engine import PolicyEngine
from cortex.policy.packaged import packaged_text
from cortex.ports.authorizer import AccessMustBeGranted
from tests.factories.books import BANK, Books, open_books
from tests.factories.leaves import watched_leaves
from tests.factories.people import just_signed_in, let_in, person

ONLY_SHARED = """
@id("house.clerks_see_what_is_shared")
@title("Clerks see the entries that were shared with them")
forbid (principal is Cortex::User in Cortex::Role::"clerk", action == Cortex::Action::"accounting.books.read",
        resource is Accounting::JournalEntry)
unless { resource.viewers.contains(principal) };
"""


@pytest.fixture
def books(db: None) -> Books:
    return open_books()


@pytest.fixture
def alice(books: Books) -> User:
    return member(books, "alice", "controller")


@pytest.fixture
def dora(books: Books) -> User:
    return member(books, "dora", "clerk")


def member(books: Books, name: str, role: str) -> User:
    user = person(name)
    let_in(company_id=books.company_id, user_id=user.id, roles=[role])
    return user


def share(
    books: Books, by: User, object_id: UUID, whom: User, *, kind: Shared = "journal_entry", back: bool = False
) -> bool:
    with books.entered():
        return share_object(
            company_id=books.company_id,
            kind=kind,
            object_id=object_id,
            user_id=whom.id,
            is_shared=not back,
            shared_by=just_signed_in(by),
        )


def seen(books: Books, reader: User) -> list[UUID]:
    with books.entered():
        found = list_journal_entries(
            company_id=books.company_id, filters=EntryFilters(), reader=just_signed_in(reader)
        )
    return [entry.id for entry in found.entries]


class TestShare:
    def test_opens_one_entry_under_a_policy_that_looks_at_it_until_it_is_taken_back(
        self, books: Books, alice: User, dora: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        entry, _ = books.post(), books.post()
        engine = PolicyEngine(packaged_text() + ONLY_SHARED, version=0)
        monkeypatch.setattr(active.ACTIVE, "engine", lambda: engine)
        assert seen(books, dora) == []
        with watched_leaves() as log:
            assert share(books, alice, entry.id, dora)
            assert not share(books, alice, entry.id, dora)
        assert log.verbs == ["accounting.viewer.change"]
        assert seen(books, dora) == [entry.id]
        assert share(books, alice, entry.id, dora, back=True)
        assert seen(books, dora) == []

    def test_is_refused_to_whoever_only_enters_entries(self, books: Books, dora: User) -> None:
        entry = books.post()
        with pytest.raises(AccessMustBeGranted):
            share(books, dora, entry.id, dora)
        assert not UserObjectPermission.objects.exists()

    def test_is_for_members_and_for_what_is_there(self, books: Books, alice: User) -> None:
        entry, charlie = books.post(), person("charlie")
        with pytest.raises(MembershipMustExist):
            share(books, alice, entry.id, charlie)
        with pytest.raises(EntryMustExist):
            share(books, alice, uuid4(), alice)
        with pytest.raises(AccountMustExist):
            share(books, alice, entry.id, alice, kind="account")
        assert not UserObjectPermission.objects.exists()

    def test_reaches_no_entry_of_another_company(self, books: Books, alice: User) -> None:
        theirs = open_books(code="OTHER").post()
        with pytest.raises(EntryMustExist):
            share(books, alice, theirs.id, alice)
        assert not UserObjectPermission.objects.exists()


class TestLeaving:
    def test_takes_back_what_was_shared_in_this_company_and_nothing_else(
        self, books: Books, alice: User, dora: User
    ) -> None:
        other = open_books(code="OTHER")
        let_in(company_id=other.company_id, user_id=alice.id, roles=["controller"])
        let_in(company_id=other.company_id, user_id=dora.id, roles=["clerk"])
        entry, theirs = books.post(), other.post()
        with books.entered():
            accounts = list_accounts(company_id=books.company_id, reader=None)
        (bank,) = [account for account in accounts if account.code == BANK]
        assert share(books, alice, entry.id, dora)
        assert share(books, alice, entry.id, alice)
        assert share(books, alice, bank.id, dora, kind="account")
        assert share(other, alice, theirs.id, dora)
        administrator = member(books, "adam", "administrator")
        with watched_leaves() as log:
            revoke_membership(
                company_id=books.company_id, user_id=dora.id, revoked_by=just_signed_in(administrator)
            )
        assert sorted(log.verbs) == [
            "accounting.viewer.change",
            "accounting.viewer.change",
            "identity.membership.revoked",
        ]
        left = UserObjectPermission.objects.values_list("user_id", "object_pk")
        assert sorted(left) == sorted([(alice.id, str(entry.id)), (dora.id, str(theirs.id))])


class TestCommand:
    def test_shares_an_account_and_takes_it_back(self, books: Books, alice: User, dora: User) -> None:
        told = [console(books), console(books), console(books, "--take-back")]
        assert told == ["shared", "as it was", "taken back"]
        assert not UserObjectPermission.objects.exists()


def console(books: Books, *more: str) -> str:
    out = StringIO()
    words = ("--company", books.code, "--as", "alice", "--account", BANK, "--with", "dora", *more)
    call_command("share", *words, stdout=out)
    return out.getvalue().strip()
