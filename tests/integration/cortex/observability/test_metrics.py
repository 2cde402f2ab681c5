# SPDX-License-Identifier: Apache-2.0
"""Metrics are for scrapers that know the token."""

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

# How old backups are is read from the database.
pytestmark = pytest.mark.django_db
TOKEN = {"Authorization": "Bearer scraper-token"}


class TestMetrics:
    def test_are_shown_with_the_token(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("METRICS_TOKEN", "scraper-token")
        response = Client().get("/metrics", headers=TOKEN)
        assert response.status_code == 200
        assert b"django_http_requests_before_middlewares_total" in response.content

    @pytest.mark.parametrize("given", ["Bearer wrong", "Basic scraper-token", "Bearer ", "Bearer ünïcode"])
    def test_are_hidden_without_it(self, monkeypatch: pytest.MonkeyPatch, given: str) -> None:
        monkeypatch.setenv("METRICS_TOKEN", "scraper-token")
        assert Client().get("/metrics", headers={"Authorization": given}).status_code == 403
        assert Client().get("/metrics").status_code == 403

    def test_are_hidden_when_no_token_was_set(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("METRICS_TOKEN", raising=False)
        assert Client().get("/metrics", headers={"Authorization": "Bearer "}).status_code == 403
        assert Client().get("/metrics", headers=TOKEN).status_code == 403

    def test_are_open_while_debugging(self, settings: Settings) -> None:
        settings.DEBUG = True
        assert Client().get("/metrics").status_code == 200

    def test_change_nothing(self) -> None:
        assert Client().post("/metrics").status_code == 405
