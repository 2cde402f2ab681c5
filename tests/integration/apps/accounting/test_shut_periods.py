# SPDX-License-Identifier: Apache-2.0
"""A period that is shut takes nothing: a policy says so, the books say how to go on, the database is sure."""

from datetime import date

import pytest

from apps.accounting.domain.errors import PeriodMustBeOpen
from apps.accounting.services.close_period import close_period
from apps.accounting.services.lock_period import lock_period
from apps.accounting.services.post_journal_entries import post_journal_entries
from apps.accounting.services.reverse_journal_entry import reverse_journal_entry
from cortex.database.transactions import transactional
from cortex.identity.principals import principal_of_user
from cortex.policy.models import PolicyDecision
from cortex.ports.authorizer import AccessMustBeGranted
from cortex.ports.principal import Principal
from tests.factories.books import CONSOLE, Books, EntryDraftFactory, open_books
from tests.factories.people import let_in, person
from tests.factories.policies import without

POLICY, MARCH = "accounting.closed_periods_take_nothing", "2026-03"


@pytest.fixture
def books(db: None) -> Books:
    return open_books()


@pytest.fixture
def alice(books: Books) -> Principal:
    user = person("alice")
    let_in(company_id=books.company_id, user_id=user.id, roles=["controller"])
    return principal_of_user(user)


def shut(books: Books, *, for_good: bool = False) -> None:
    close_period(company_id=books.company_id, period_code=MARCH, closed_by=CONSOLE)
    if for_good:
        lock_period(company_id=books.company_id, period_code=MARCH, locked_by=CONSOLE)


@transactional
def refusals() -> list[list[str]]:
    return list(PolicyDecision.objects.filter(is_allowed=False).values_list("policy_ids", flat=True))


class TestShutPeriod:
    @pytest.mark.parametrize(("for_good", "state"), [(False, "closed"), (True, "locked")])
    def test_refuses_by_policy_and_tells_the_rule_of_the_books(
        self, books: Books, alice: Principal, for_good: bool, state: str
    ) -> None:
        with books.entered():
            shut(books, for_good=for_good)
            with pytest.raises(PeriodMustBeOpen, match=f"period {MARCH}, which is {state}") as refusal:
                post_journal_entries(
                    company_id=books.company_id, drafts=[EntryDraftFactory()], posted_by=alice
                )
            assert isinstance(refusal.value.__cause__, AccessMustBeGranted)
            assert refusals() == [[POLICY]]

    def test_refuses_the_console_too(self, books: Books) -> None:
        with books.entered():
            shut(books)
            with pytest.raises(PeriodMustBeOpen):
                post_journal_entries(
                    company_id=books.company_id, drafts=[EntryDraftFactory()], posted_by=CONSOLE
                )
            assert refusals() == [[POLICY]]

    def test_refuses_a_reversal_that_goes_into_it_and_takes_one_beside_it(
        self, books: Books, alice: Principal
    ) -> None:
        posted = books.post()
        with books.entered():
            shut(books)
            given = {"company_id": books.company_id, "entry_id": posted.id, "reversed_by": alice}
            with pytest.raises(PeriodMustBeOpen):
                reverse_journal_entry(**given)
            assert reverse_journal_entry(**given, accounting_date=date(2026, 4, 1)).was_posted

    def test_refuses_by_the_database_where_no_policy_does(self, books: Books, alice: Principal) -> None:
        with without(POLICY), books.entered():
            shut(books)
            with pytest.raises(PeriodMustBeOpen, match=f"period {MARCH}, which is closed"):
                post_journal_entries(
                    company_id=books.company_id, drafts=[EntryDraftFactory()], posted_by=alice
                )
            assert refusals() == []

    def test_tells_whoever_may_not_post_that_they_may_not(self, books: Books) -> None:
        vera = person("vera")
        let_in(company_id=books.company_id, user_id=vera.id, roles=["viewer"])
        with books.entered():
            shut(books)
            with pytest.raises(AccessMustBeGranted):
                post_journal_entries(
                    company_id=books.company_id,
                    drafts=[EntryDraftFactory()],
                    posted_by=principal_of_user(vera),
                )
