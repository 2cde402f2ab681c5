# SPDX-License-Identifier: Apache-2.0
"""The trial balance, and the way down from it."""

import re
from datetime import date

import pytest
from django.test import Client

from apps.accounting.books.pages import reports
from apps.accounting.domain.account_draft import AccountDraft
from apps.accounting.services.create_accounts import create_accounts
from tests.factories.books import BANK, CONSOLE, SALES, Books, EntryDraftFactory


def texts(page: bytes, selector: str) -> list[str]:
    return re.findall(selector, page.decode())


class TestTrialBalance:
    def test_shows_gross_sides_and_totals(self, books: Books, alice: Client) -> None:
        books.post(EntryDraftFactory(amounts={BANK: 123_456, SALES: -123_456}))
        books.post(EntryDraftFactory(amounts={BANK: -3_456, SALES: 3_456}))
        page = alice.get("/books/DEMO/trial-balance/").content.decode()
        for amount in ("1,234.56", "34.56", "1,200.00", "-1,200.00", "1,269.12"):
            assert f">{amount}</td>" in page

    def test_covers_the_days_that_are_asked_for(self, books: Books, alice: Client) -> None:
        books.post(EntryDraftFactory(accounting_date=date(2026, 1, 31), amounts={BANK: 100, SALES: -100}))
        books.post(
            EntryDraftFactory(accounting_date=date(2026, 2, 1), amounts={BANK: 20_000, SALES: -20_000})
        )
        february = alice.get("/books/DEMO/trial-balance/?from_date=2026-02-01&as_of=2026-02-28").content
        assert b"200.00" in february
        assert b"201.00" not in february
        assert b"201.00" in alice.get("/books/DEMO/trial-balance/?as_of=2026-02-28").content

    def test_offers_years_and_the_months_of_the_chosen_one(self, books: Books, alice: Client) -> None:
        books.post()
        page = alice.get("/books/DEMO/trial-balance/?from_date=2026-01-01&as_of=2026-12-31").content.decode()
        assert 'aria-current="true">2026</a>' in page
        assert "?from_date=2026-03-01&amp;as_of=2026-03-31" in page

    def test_refuses_days_in_the_wrong_order_beside_the_field(self, books: Books, alice: Client) -> None:
        response = alice.get("/books/DEMO/trial-balance/?from_date=2026-02-01&as_of=2026-01-01")
        assert response.status_code == 422
        assert b"Expected a day from 2026-02-01 on, got 2026-01-01." in response.content

    def test_of_quiet_days_says_so(self, books: Books, alice: Client) -> None:
        assert b"Nothing moved" in alice.get("/books/DEMO/trial-balance/").content

    def test_is_downloaded_as_plain_numbers(self, books: Books, alice: Client) -> None:
        books.post(EntryDraftFactory(amounts={BANK: 123_456, SALES: -123_456}))
        response = alice.get("/books/DEMO/trial-balance.csv?as_of=2026-12-31")
        assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
        assert "trial-balance-DEMO-2026-12-31.csv" in response.headers["Content-Disposition"]
        assert response.content.decode() == (
            "account,debit_total,credit_total,balance\n"
            f"{BANK},1234.56,0.00,1234.56\n"
            f"{SALES},0.00,1234.56,-1234.56\n"
        )


class TestGeneralLedger:
    def test_shows_lines_with_the_balance_after_each(self, books: Books, alice: Client) -> None:
        for day, amount_minor in ((1, 100), (2, 250)):
            draft = EntryDraftFactory(
                accounting_date=date(2026, 1, day), amounts={BANK: amount_minor, SALES: -amount_minor}
            )
            books.post(draft)
        page = alice.get(f"/books/DEMO/accounts/{BANK}/?from_date=2026-01-02").content.decode()
        assert "Opening balance" in page
        assert texts(page.encode(), r">([\d.]+)</td>")[:2] == ["1.00", "2.50"]
        assert ">3.50</td>" in page

    def test_goes_on_page_by_page(self, books: Books, alice: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(reports, "PAGE_SIZE", 2)
        for day in (1, 2, 3):
            books.post(EntryDraftFactory(accounting_date=date(2026, 1, day)))
        address = f"/books/DEMO/accounts/{BANK}/"
        first = alice.get(f"{address}?from_date=2026-01-01").content.decode()
        following = re.search(r'rel="next" href="([^"]+)"', first)
        assert following is not None
        last = alice.get(address + following[1].replace("&amp;", "&")).content.decode()
        assert "Carried forward" in last
        assert "GENERAL/2026/3" in last
        assert 'rel="next"' not in last

    def test_of_an_account_that_did_not_move_says_so(self, alice: Client) -> None:
        assert b"Nothing moved" in alice.get(f"/books/DEMO/accounts/{BANK}/").content

    def test_of_an_unknown_account_or_place_is_refused_in_a_sentence(self, alice: Client) -> None:
        unknown = alice.get("/books/DEMO/accounts/Assets:Nowhere/")
        assert b"expected an account of the chart" in unknown.content
        assert alice.get(f"/books/DEMO/accounts/{BANK}/?after=2026-01-01~x~1").status_code == 400


class TestAccounts:
    def test_show_the_chart_with_balances(self, books: Books, alice: Client) -> None:
        books.post()
        page = alice.get("/books/DEMO/accounts/").content.decode()
        assert BANK in page
        assert ">12.34</td>" in page

    def test_adds_up_what_lies_below_a_parent(self, books: Books, alice: Client) -> None:
        with books.entered():
            drafts = [AccountDraft("Assets", "All assets", "asset")]
            create_accounts(company_id=books.company_id, drafts=drafts, created_by=CONSOLE)
        books.post()
        page = alice.get("/books/DEMO/accounts/").content.decode()
        assert "With accounts below" in page
        assert page.index("All assets") < page.index(f">{BANK}</a>")
        assert re.search(r"All assets.*?>0\.00</td>\s*<td class=\"number\">12\.34</td>", page, re.DOTALL)
