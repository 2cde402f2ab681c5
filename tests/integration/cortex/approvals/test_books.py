# SPDX-License-Identifier: Apache-2.0
"""A clerk posts above the limit in the browser, a controller finds it in the inbox and decides."""

import re

import pytest
from django.test import Client

from cortex.approvals.models import Proposal
from tests.factories.books import BANK, SALES
from tests.factories.sessions import sign_in
from tests.integration.cortex.approvals.office import Office

HOME = "/books/DEMO"


def form(amount: str, key: str = "0193e000-0000-7000-8000-000000000001") -> dict[str, object]:
    return {
        "key": key,
        "accounting_date": "2026-03-15",
        "narration": "A sale",
        "reference": "",
        "account": [BANK, SALES],
        "party": ["", ""],
        "memo": ["", ""],
        "debit": [amount, ""],
        "credit": ["", amount],
    }


@pytest.fixture
def browser(office: Office) -> dict[str, Client]:
    browsers = {name: Client() for name in office.people}
    for name, client in browsers.items():
        sign_in(client, office.people[name])
    return browsers


def posted(browser: dict[str, Client], amount: str = "250.00", by: str = "clara") -> str:
    """Post in the browser and return where it went."""
    answer = browser[by].post(f"{HOME}/entries/new/", form(amount))
    assert answer.status_code == 303, answer.content.decode()
    return answer.headers["Location"]


def digest(page: str) -> str:
    found = re.search(r'name="digest" value="([0-9a-f]{64})"', page)
    assert found is not None
    return found[1]


class TestPosting:
    def test_up_to_the_limit_leads_to_the_entry(self, office: Office, browser: dict[str, Client]) -> None:
        assert posted(browser, "100.00").startswith(f"{HOME}/entries/")
        assert office.entries() == 1

    def test_above_it_leads_to_what_waits(self, office: Office, browser: dict[str, Client]) -> None:
        place = posted(browser)
        assert place.startswith(f"{HOME}/approvals/")
        page = browser["clara"].get(place).content.decode()
        assert "Nothing is done yet: this waits for a second person." in page
        assert "Withdraw the proposal" in page
        assert 'name="digest"' not in page
        assert office.entries() == 0

    def test_sent_twice_is_one_proposal(self, office: Office, browser: dict[str, Client]) -> None:
        assert posted(browser) == posted(browser)
        assert office.count("approvals_proposal") == 1


class TestInbox:
    def test_shows_the_controller_how_many_wait_and_which(self, browser: dict[str, Client]) -> None:
        posted(browser)
        page = browser["alice"].get(f"{HOME}/approvals/").content.decode()
        assert '<span class="tag">1<span class="visually-hidden"> wait for you</span></span>' in page
        assert "2026-03-15 A sale" in page
        assert "250.00 EUR" in page

    def test_shows_the_clerk_her_own_and_nothing_to_decide(self, browser: dict[str, Client]) -> None:
        posted(browser)
        page = browser["clara"].get(f"{HOME}/approvals/").content.decode()
        assert "Nothing waits for your decision." in page
        assert "2026-03-15 A sale" in page
        assert "wait for you" not in page

    def test_is_not_there_for_an_outsider(self, browser: dict[str, Client]) -> None:
        assert browser["charlie"].get(f"{HOME}/approvals/").status_code == 404


class TestDecision:
    def test_yes_posts_the_entry_and_leads_to_it(self, office: Office, browser: dict[str, Client]) -> None:
        place = posted(browser)
        page = browser["alice"].get(place).content.decode()
        assert BANK in page
        answer = browser["alice"].post(f"{place}decide/", {"digest": digest(page), "decision": "approve"})
        assert answer.headers["Location"].startswith(f"{HOME}/entries/")
        entry = browser["bob"].get(answer.headers["Location"]).content.decode()
        assert "Clara" in entry
        assert office.entries() == 1

    def test_no_needs_a_reason(self, office: Office, browser: dict[str, Client]) -> None:
        place = posted(browser)
        sent = {"digest": digest(browser["alice"].get(place).content.decode()), "decision": "reject"}
        refused = browser["alice"].post(f"{place}decide/", sent)
        assert (refused.status_code, "Say why it is rejected." in refused.content.decode()) == (422, True)
        answer = browser["alice"].post(f"{place}decide/", sent | {"reason": "Wrong account"})
        assert answer.headers["Location"] == f"{HOME}/approvals/"
        assert "Wrong account" in browser["clara"].get(place).content.decode()
        assert office.entries() == 0

    def test_is_refused_to_the_clerk_who_forges_the_form(
        self, office: Office, browser: dict[str, Client]
    ) -> None:
        place = posted(browser)
        with office.entered():
            seen = Proposal.objects.get().digest
        answer = browser["clara"].post(f"{place}decide/", {"digest": seen, "decision": "approve"})
        assert (answer.status_code, office.entries()) == (403, 0)

    def test_that_the_books_refuse_shows_why_and_leaves_it_waiting(
        self, office: Office, browser: dict[str, Client]
    ) -> None:
        place = posted(browser)
        page = browser["alice"].get(place).content.decode()
        closing = {"wanted": "closed", "reason": "Done", "is_confirmed": "on"}
        browser["alice"].post(f"{HOME}/periods/2026-03/", closing)
        answer = browser["alice"].post(f"{place}decide/", {"digest": digest(page), "decision": "approve"})
        assert "It was not carried out" in answer.content.decode()
        assert "It could not be carried out on" in browser["carol"].get(place).content.decode()
        assert office.entries() == 0

    def test_is_not_offered_to_the_auditor_who_sees_all_of_it(self, browser: dict[str, Client]) -> None:
        page = browser["bob"].get(posted(browser)).content.decode()
        assert BANK in page
        assert 'name="digest"' not in page
        assert "Withdraw" not in page


class TestRules:
    def test_are_set_by_a_controller(self, office: Office, browser: dict[str, Client]) -> None:
        sent = {"subject": "role:accountant", "amount": "1,000.00"}
        assert browser["alice"].post(f"{HOME}/approvals/limits/", sent).status_code == 303
        assert "1,000.00 EUR" in browser["bob"].get(f"{HOME}/approvals/limits/").content.decode()
        assert browser["clara"].post(f"{HOME}/approvals/limits/", sent).status_code == 403

    def test_a_delegate_decides_in_anothers_stead(self, office: Office, browser: dict[str, Client]) -> None:
        delegate = {
            "delegate": str(office.people["clara"].id),
            "first_day": "2026-01-01",
            "last_day": "2026-12-31",
        }
        too_long = browser["alice"].post(
            f"{HOME}/approvals/delegations/", delegate | {"last_day": "2031-01-01"}
        )
        assert too_long.status_code == 422
        assert "New delegation" in browser["alice"].get(f"{HOME}/approvals/delegations/").content.decode()
        assert browser["clara"].get(f"{HOME}/approvals/delegations/").status_code == 403
