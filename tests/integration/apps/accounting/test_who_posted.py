# SPDX-License-Identifier: Apache-2.0
"""A rule of the house about who posted an entry holds for whoever posted it through a program, too."""

from dataclasses import replace

import pytest

from apps.accounting.selectors.journal_entries import EntryFilters, list_journal_entries
from apps.accounting.services.post_journal_entry import post_journal_entry
from apps.accounting.services.reverse_journal_entry import reverse_journal_entry
from cortex.policy import active
from cortex.policy.engine import PolicyEngine
from cortex.policy.packaged import packaged_text
from cortex.ports.authorizer import AccessMustBeGranted
from cortex.ports.principal import Principal
from tests.factories.books import Books, EntryDraftFactory, open_books
from tests.factories.people import just_signed_in, let_in, person

IS_OWN = """resource has posted_by &&
  (resource.posted_by == principal ||
   (principal is Cortex::Client && principal has acts_for && principal.acts_for == resource.posted_by))"""
NOBODY_REVERSES_THEIR_OWN = f"""
@id("house.entries_are_reversed_by_another")
@title("Nobody reverses what they posted")
forbid (principal, action == Cortex::Action::"accounting.journal_entry.reverse",
        resource is Accounting::JournalEntry)
when {{ {IS_OWN} }};
"""
NOBODY_READS_THEIR_OWN = f"""
@id("house.entries_are_read_by_another")
@title("Nobody reads what they posted")
forbid (principal, action == Cortex::Action::"accounting.books.read", resource is Accounting::JournalEntry)
when {{ {IS_OWN} }};
"""
NOBODY_READS_WHAT_THE_SHOP_POSTED = """
@id("house.what_the_shop_posts_is_hidden")
@title("Nobody reads what came through the shop")
forbid (principal, action == Cortex::Action::"accounting.books.read", resource is Accounting::JournalEntry)
when { resource has posted_through && resource.posted_through == Cortex::Client::"shop" };
"""
WAYS = ("session", "token")


@pytest.fixture
def books(db: None) -> Books:
    return open_books()


def controller(books: Books, name: str) -> dict[str, Principal]:
    """Return somebody by the ways in which they come."""
    user = person(name)
    let_in(company_id=books.company_id, user_id=user.id, roles=["controller"])
    session = just_signed_in(user)
    scopes = frozenset({"accounting:read", "accounting:write"})
    token = replace(session, kind="client", id="shop", scopes=scopes, acts_for_person=True)
    return {"session": session, "token": token}


def in_force(monkeypatch: pytest.MonkeyPatch, rule: str) -> None:
    engine = PolicyEngine(packaged_text() + rule, version=0)
    monkeypatch.setattr(active.ACTIVE, "engine", lambda: engine)


@pytest.mark.parametrize("posted", WAYS)
@pytest.mark.parametrize("asked", WAYS)
class TestRuleAboutOnesOwn:
    def test_keeps_one_from_reversing_it(
        self, books: Books, posted: str, asked: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        alice, carol = controller(books, "alice"), controller(books, "carol")
        in_force(monkeypatch, NOBODY_REVERSES_THEIR_OWN)
        with books.entered():
            given = {"company_id": books.company_id, "draft": EntryDraftFactory()}
            entry = post_journal_entry(**given, posted_by=alice[posted])
            of_entry = {"company_id": books.company_id, "entry_id": entry.id}
            with pytest.raises(AccessMustBeGranted):
                reverse_journal_entry(**of_entry, reversed_by=alice[asked])
            reversal = reverse_journal_entry(**of_entry, reversed_by=carol[asked])
        assert reversal.was_posted

    def test_hides_it_in_lists(
        self, books: Books, posted: str, asked: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        alice, carol = controller(books, "alice"), controller(books, "carol")
        in_force(monkeypatch, NOBODY_READS_THEIR_OWN)
        with books.entered():
            entry = post_journal_entry(
                company_id=books.company_id, draft=EntryDraftFactory(), posted_by=alice[posted]
            )
        assert seen(books, alice[asked]) == []
        assert seen(books, carol[asked]) == [entry.id]


def test_a_rule_about_a_program_holds_whomever_it_acted_for(
    books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice = controller(books, "alice")
    with books.entered():
        posted = {
            way: post_journal_entry(
                company_id=books.company_id, draft=EntryDraftFactory(), posted_by=alice[way]
            ).id
            for way in WAYS
        }
    in_force(monkeypatch, NOBODY_READS_WHAT_THE_SHOP_POSTED)
    assert seen(books, alice["session"]) == [posted["session"]]


def seen(books: Books, reader: Principal) -> list[object]:
    with books.entered():
        found = list_journal_entries(company_id=books.company_id, filters=EntryFilters(), reader=reader)
    return [entry.id for entry in found.entries]
