# SPDX-License-Identifier: Apache-2.0
"""The list of parties: in the order in which they came, or the one of a name; sealed names, or a marker."""

import hashlib

import pytest
from django.core import signing

from apps.accounting.domain.party_name import UNREADABLE
from tests.factories.books import EntryDraftFactory
from tests.factories.keepers import keeper_away
from tests.integration.apps.accounting.api.desk import Desk

NAMES = ["Orchard School", "Ada & Sons", "Harbour Hotel"]


@pytest.fixture
def parties(desk: Desk) -> Desk:
    """Return the company after a posting with each name."""
    for name in NAMES:
        desk.books.post(EntryDraftFactory(party=name))
    return desk


def listed(desk: Desk, query: str = "") -> list[str]:
    return [party["name"] for party in desk.get(f"parties{query}").json()["items"]]


class TestParties:
    def test_come_in_the_order_in_which_they_were_named(self, parties: Desk) -> None:
        assert listed(parties) == NAMES

    def test_come_page_by_page(self, parties: Desk) -> None:
        first = parties.get("parties?limit=2").json()
        rest = parties.get(f"parties?limit=2&cursor={first['next_cursor']}").json()
        assert [party["name"] for party in first["items"] + rest["items"]] == NAMES
        assert rest["next_cursor"] is None

    def test_are_found_by_their_exact_name(self, parties: Desk) -> None:
        (found,) = parties.get("parties").json()["items"][1:2]
        assert parties.get("parties?name=Ada%20%26%20Sons").json() == {"items": [found], "next_cursor": None}
        for other in ("ada%20%26%20sons", "Ada", "%20Ada%20%26%20Sons", "Nobody"):
            assert listed(parties, f"?name={other}") == []

    def test_refuse_a_cursor_from_when_names_had_an_order(self, parties: Desk) -> None:
        list_id = hashlib.sha256(repr((parties.url("parties"), [])).encode()).hexdigest()[:16]
        former = signing.dumps([list_id, "Ada & Sons"], salt="cortex.api.pages", compress=True)
        response = parties.get(f"parties?cursor={former}")
        assert (response.status_code, response.json()["code"]) == (400, "api.cursor_must_be_ours")


class TestWithoutAKeeper:
    def test_are_listed_with_a_marker_and_not_searched(self, parties: Desk) -> None:
        with keeper_away():
            assert listed(parties) == [UNREADABLE] * 3
            refused = parties.get("parties?name=Ada")
        assert refused.status_code == 503
        assert refused.json()["code"] == "accounting.party_names_must_be_readable"
        assert refused.headers["Retry-After"] == "10"

    def test_a_posting_with_a_party_is_refused_whole(self, parties: Desk) -> None:
        lines = [
            {"account": "Assets:Bank", "debit": "1.00", "party": "Somebody new"},
            {"account": "Income:Sales", "credit": "1.00"},
        ]
        body = {"accounting_date": "2026-03-15", "narration": "Sale", "lines": lines}
        with keeper_away():
            refused = parties.post("journal-entries", body)
        assert (refused.status_code, refused.json()["code"]) == (
            503,
            "accounting.party_names_must_be_readable",
        )
        assert len(parties.get("journal-entries").json()["items"]) == len(NAMES)
        assert listed(parties) == NAMES
