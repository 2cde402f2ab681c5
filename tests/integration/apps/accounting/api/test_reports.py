# SPDX-License-Identifier: Apache-2.0
"""Reports over HTTP."""

from datetime import date

import pytest

from tests.factories.books import BANK, RENT, SALES, EntryDraftFactory
from tests.integration.apps.accounting.api.desk import Desk

MARCH, APRIL = date(2026, 3, 15), date(2026, 4, 15)


@pytest.fixture
def moved(desk: Desk) -> Desk:
    """Return the desk after a sale in March and rent in April."""
    desk.books.post(EntryDraftFactory(accounting_date=MARCH, amounts={BANK: 10_000, SALES: -10_000}))
    desk.books.post(EntryDraftFactory(accounting_date=APRIL, amounts={RENT: 2_550, BANK: -2_550}))
    return desk


class TestTrialBalance:
    def test_is_cumulative_and_equal_on_both_sides(self, moved: Desk) -> None:
        report = moved.get("reports/trial-balance").json()
        assert (report["debit_total"], report["credit_total"]) == ("125.50", "125.50")
        assert (report["from"], report["as_of"], report["currency"]) == (None, None, "EUR")
        bank = report["rows"][0]
        assert (bank["account"], bank["type"]) == (BANK, "asset")
        assert (bank["debit_total"], bank["credit_total"], bank["balance"]) == ("100.00", "25.50", "74.50")

    def test_ends_and_begins_where_asked(self, moved: Desk) -> None:
        until_march = moved.get("reports/trial-balance?as_of=2026-03-31").json()
        from_april = moved.get("reports/trial-balance?from=2026-04-01").json()
        assert [row["account"] for row in until_march["rows"]] == [BANK, SALES]
        assert [row["account"] for row in from_april["rows"]] == [BANK, RENT]

    @pytest.mark.parametrize(
        ("query", "accept"),
        [("?format=csv", "application/json"), ("", "text/csv"), ("", "text/csv;q=0.9, */*")],
    )
    def test_comes_as_csv_when_asked(self, moved: Desk, query: str, accept: str) -> None:
        response = moved.get(f"reports/trial-balance{query}", Accept=accept)
        assert response.headers["Content-Type"] == "text/csv"
        assert response.content.decode().splitlines() == [
            "account,debit_total,credit_total,balance",
            f"{BANK},100.00,25.50,74.50",
            f"{RENT},25.50,0.00,25.50",
            f"{SALES},0.00,100.00,-100.00",
        ]

    def test_comes_as_json_to_browsers_and_when_the_query_says_so(self, moved: Desk) -> None:
        for query, accept in (("", "text/html,*/*"), ("?format=json", "text/csv")):
            response = moved.get(f"reports/trial-balance{query}", Accept=accept)
            assert response.headers["Content-Type"] == "application/json"

    def test_refuses_a_filter_that_it_does_not_know(self, moved: Desk) -> None:
        assert moved.get("reports/trial-balance?asof=2026-03-31").status_code == 400

    def test_is_hidden_from_outsiders(self, moved: Desk) -> None:
        assert moved.get("reports/trial-balance", moved.charlie).status_code == 404
        assert moved.get("reports/trial-balance", moved.bob).status_code == 200


class TestGeneralLedger:
    def test_runs_a_balance_over_its_pages(self, moved: Desk) -> None:
        first = moved.get(f"reports/general-ledger?account={BANK}&limit=1").json()
        cursor = first["next_cursor"]
        second = moved.get(f"reports/general-ledger?account={BANK}&limit=1&cursor={cursor}").json()
        assert (first["opening_balance"], first["items"][0]["running_balance"]) == ("0.00", "100.00")
        assert (second["opening_balance"], second["items"][0]["running_balance"]) == ("100.00", "74.50")
        assert (second["items"][0]["debit"], second["items"][0]["credit"]) == (None, "25.50")
        assert second["next_cursor"] is None

    def test_opens_with_what_was_before(self, moved: Desk) -> None:
        report = moved.get(f"reports/general-ledger?account={BANK}&from=2026-04-01&as_of=2026-04-30").json()
        assert report["opening_balance"] == "100.00"
        assert [row["accounting_date"] for row in report["items"]] == ["2026-04-15"]

    def test_needs_an_account_that_exists(self, moved: Desk) -> None:
        assert moved.get("reports/general-ledger").status_code == 400
        assert moved.get("reports/general-ledger?account=Nope").status_code == 422
