# SPDX-License-Identifier: Apache-2.0
"""Accounts, journals, fiscal years and periods over HTTP."""

from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from tests.factories.books import BANK, TYPES
from tests.integration.apps.accounting.api.desk import ENTRY, Desk

GIRO = {"code": "Assets:Bank:Giro", "name": "Giro", "type": "asset", "is_bank_or_cash": True}


def pages(desk: Desk, path: str, *, limit: int) -> list[dict[str, Any]]:
    items, query = [], f"?limit={limit}"
    while query:
        page = desk.get(f"{path}{query}").json()
        assert len(page["items"]) <= limit
        items += page["items"]
        query = page["next_cursor"] and f"?limit={limit}&cursor={page['next_cursor']}"
    return items


class TestAccounts:
    def test_are_listed_by_code_in_pages(self, desk: Desk) -> None:
        assert [account["code"] for account in pages(desk, "accounts", limit=2)] == sorted(TYPES)

    def test_are_created_once_and_hang_into_the_tree(self, desk: Desk) -> None:
        first, second = desk.post("accounts", GIRO), desk.post("accounts", GIRO)
        assert (first.status_code, second.status_code) == (201, 200)
        assert first.json() == second.json()
        assert first.json()["parent_id"] == desk.get(f"accounts/{BANK}").json()["id"]

    def test_keep_their_type(self, desk: Desk) -> None:
        response = desk.post("accounts", {**GIRO, "code": BANK, "type": "income"})
        assert (response.status_code, response.json()["code"]) == (
            409,
            "accounting.account_must_keep_its_type",
        )

    @pytest.mark.parametrize(
        "wrong",
        [{"type": "cash"}, {"code": ""}, {"code": " Assets"}, {"code": "A\x00"}, {"is_bank_or_cash": 1}],
    )
    def test_must_be_well_formed(self, desk: Desk, wrong: dict[str, Any]) -> None:
        assert desk.post("accounts", {**GIRO, **wrong}).status_code == 400

    def test_are_not_created_by_auditors(self, desk: Desk) -> None:
        assert desk.post("accounts", GIRO, desk.bob).status_code == 403
        assert desk.get(f"accounts/{GIRO['code']}").status_code == 404

    def test_are_listed_with_as_many_queries_for_many_as_for_few(
        self, desk: Desk, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        desk.client(desk.alice)
        for query in ("?limit=1", "?limit=5"):
            with django_assert_num_queries(13):
                desk.get(f"accounts{query}")


class TestAccountChange:
    def test_needs_the_version_that_was_read(self, desk: Desk) -> None:
        etag = desk.get(f"accounts/{BANK}").headers["ETag"]
        changed = desk.patch(f"accounts/{BANK}", {"name": "House bank"}, **{"If-Match": etag})
        assert (changed.status_code, changed.json()["name"]) == (200, "House bank")
        assert changed.headers["ETag"] == desk.get(f"accounts/{BANK}").headers["ETag"] != etag

    def test_made_on_an_old_version_is_refused(self, desk: Desk) -> None:
        etag = desk.get(f"accounts/{BANK}").headers["ETag"]
        desk.patch(f"accounts/{BANK}", {"name": "House bank"}, **{"If-Match": etag})
        late = desk.patch(f"accounts/{BANK}", {"name": "Late"}, **{"If-Match": etag})
        assert (late.status_code, late.json()["code"]) == (412, "api.version_must_be_current")
        assert desk.get(f"accounts/{BANK}").json()["name"] == "House bank"

    def test_without_a_version_is_refused(self, desk: Desk) -> None:
        assert desk.patch(f"accounts/{BANK}", {"name": "House bank"}).status_code == 428

    def test_never_touches_code_or_type(self, desk: Desk) -> None:
        etag = desk.get(f"accounts/{BANK}").headers["ETag"]
        assert desk.patch(f"accounts/{BANK}", {"type": "income"}, **{"If-Match": etag}).status_code == 400

    def test_to_inactive_closes_the_account_to_postings(self, desk: Desk) -> None:
        etag = desk.get(f"accounts/{BANK}").headers["ETag"]
        desk.patch(f"accounts/{BANK}", {"is_active": False}, **{"If-Match": etag})
        refused = desk.post("journal-entries", ENTRY)
        assert (refused.status_code, refused.json()["code"]) == (422, "accounting.account_must_be_active")

    def test_is_not_for_auditors(self, desk: Desk) -> None:
        etag = desk.get(f"accounts/{BANK}").headers["ETag"]
        assert (
            desk.patch(f"accounts/{BANK}", {"name": "x"}, desk.bob, **{"If-Match": etag}).status_code == 403
        )


class TestBooks:
    def test_tell_currency_and_journals(self, desk: Desk) -> None:
        assert desk.get("ledger").json()["base_currency"] == "EUR"
        assert [journal["code"] for journal in pages(desk, "journals", limit=1)] == ["GENERAL", "IMPORT"]


class TestFiscalYears:
    def test_open_once_with_their_months(self, desk: Desk) -> None:
        first = desk.post("fiscal-years", {"day": "2027-05-05"})
        second = desk.post("fiscal-years", {"day": "2027-01-01"})
        assert (first.status_code, second.status_code) == (201, 200)
        assert first.json() == second.json()
        assert [year["code"] for year in pages(desk, "fiscal-years", limit=1)] == ["2026", "2027"]
        assert len(pages(desk, "periods", limit=7)) == 24

    @pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "2027-02-30", 2027, None])
    def test_refuse_a_day_that_nobody_means(self, desk: Desk, day: Any) -> None:
        assert desk.post("fiscal-years", {"day": day}).status_code == 400


class TestPeriods:
    def test_close_softly_close_open_and_lock(self, desk: Desk) -> None:
        def change(verb: str, **body: Any) -> str:
            response = desk.post(f"periods/2026-03:{verb}", body)
            assert response.status_code == 200, response.content
            return str(response.json()["state"])

        assert change("close", is_soft=True, reason="review") == "soft_closed"
        assert change("close") == "closed"
        assert change("open", reason="late invoice") == "open"
        assert change("close") == "closed"
        assert change("lock") == "locked"
        refused = desk.post("periods/2026-03:open", {})
        assert refused.status_code == 409
        assert refused.json()["code"] == "accounting.period_state_must_allow_the_change"

    def test_closed_take_no_posting(self, desk: Desk) -> None:
        desk.post("periods/2026-03:close", {})
        response = desk.post("journal-entries", ENTRY)
        assert (response.status_code, response.json()["code"]) == (422, "accounting.period_must_be_open")

    def test_are_changed_by_those_only_who_may(self, desk: Desk) -> None:
        for verb in ("open", "close", "lock"):
            assert desk.post(f"periods/2026-03:{verb}", {}, desk.bob).status_code == 403
        states = {period["state"] for period in desk.get("periods").json()["items"]}
        assert states == {"open"}

    def test_unknown_are_not_found(self, desk: Desk) -> None:
        assert desk.post("periods/2031-01:close", {}).status_code == 404
