# SPDX-License-Identifier: Apache-2.0
"""An administrator watches the providers: a provider that falls ill shows it without a reload."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import expect
from pytest_django.fixtures import Settings

from cortex.container.providers.registry import providers
from cortex.container.tasks import check_providers
from cortex.ports.registry import get
from cortex.ports.storage import Storage
from cortex.ports.vault import Vault
from cortex.tenancy.companies import company_by_code
from tests.integration.cortex.events.brokers import own_valkey
from tests.journeys.conftest import OpenPage, require_accessible

pytestmark = [pytest.mark.journey, pytest.mark.slow]


def test_the_page_renews_itself_and_can_be_paused(
    open_page: OpenPage, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with own_valkey(tmp_path / "valkey") as server:
        settings.REDIS_URL = server.url()
        company = company_by_code(code="DEMO")
        file = get(Storage).put(company_id=company.id, name="a.csv", content=b"a")
        get(Storage).read(company_id=company.id, file_id=file.id)
        get(Vault).read_secret(name="NOT_THERE")
        page = open_page()
        page.goto("/admin/")
        page.get_by_role("link", name="Providers").click()
        storage = page.get_by_role("region", name="storage: database")
        expect(storage).to_contain_text("not checked")
        check_providers()
        expect(storage).to_contain_text("Checked", timeout=10_000)
        require_accessible(page, within="main")
        if shot := os.environ.get("SCREENSHOT"):
            page.screenshot(path=shot, full_page=True)
        page.get_by_role("link", name="Pause").click()
        expect(page.get_by_text("Renewal is paused")).to_be_visible()
        assert len(providers.all()) == page.locator("main section").count()


def test_the_page_is_accessible_in_the_dark_and_without_valkey(open_page: OpenPage) -> None:
    page = open_page(scheme="dark")
    page.goto("/admin/providers/?paused")
    expect(page.get_by_text("Valkey does not answer")).to_be_visible()
    require_accessible(page, within="main")
    if shot := os.environ.get("SCREENSHOT"):
        page.screenshot(path=shot.replace(".png", "-dark.png"), full_page=True)
