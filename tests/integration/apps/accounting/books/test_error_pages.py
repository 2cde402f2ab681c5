# SPDX-License-Identifier: Apache-2.0
"""What people see when there is no page, or when a page breaks."""

import pytest
from django.test import Client

from apps.accounting.books.pages import accounts as accounts_page


class TestErrorPage:
    def test_of_an_unknown_address_leads_back(self, alice: Client) -> None:
        response = alice.get("/books/DEMO/nonsense/")
        assert response.status_code == 404
        assert b"This page does not exist" in response.content
        assert b"<style nonce=" in response.content

    def test_of_a_breakdown_tells_nothing_of_its_cause(
        self, alice: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def break_down(**_: object) -> None:
            raise RuntimeError("the secret cause")

        monkeypatch.setattr(accounts_page, "chart_with_balances", break_down)
        alice.raise_request_exception = False
        response = alice.get("/books/DEMO/accounts/")
        assert response.status_code == 500
        assert b"Something went wrong on our side" in response.content
        assert b"secret" not in response.content
