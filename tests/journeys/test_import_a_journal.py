# SPDX-License-Identifier: Apache-2.0
"""A journal is imported in the browser: bad rows first, then a preview, then the work."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from celery.contrib.testing.worker import start_worker
from playwright.sync_api import Page, expect

from cortex.identity.models import User
from settings.celery import app
from tests.factories.sessions import with_factor
from tests.journeys.conftest import OpenPage, require_accessible

pytestmark = [pytest.mark.journey, pytest.mark.slow]

HEADER = "reference,accounting_date,party,narration,account,debit,credit,currency\n"
ENTRIES = 40


def journal(*, bad_row: str = "") -> str:
    """Return a journal of sales in 2024, a year that is not open yet."""
    rows = [
        f"S-{number:03d},2024-05-{number % 28 + 1:02d},Orchard School,Sale {number},{account},{sides},EUR\n"
        for number in range(1, ENTRIES + 1)
        for account, sides in (("Assets:Till", "12.34,"), ("Income:Sales", ",12.34"))
    ]
    return HEADER + "".join(rows) + bad_row


@pytest.fixture
def worker(demo_database: object) -> Iterator[None]:
    """Run a Celery worker beside the program. It asks anew whether Alice, an administrator, has a factor."""
    with_factor(User.objects.get(username="alice"))
    with start_worker(app, pool="solo", perform_ping_check=False, queues=["ledger"], shutdown_timeout=20):
        yield


def upload(page: Page, folder: Path, text: str) -> None:
    """Choose both files and ask for the preview."""
    (folder / "journal.csv").write_text(text)
    (folder / "accounts.csv").write_text("code,name,type\nAssets:Till,Till,asset\n")
    page.goto("/books/DEMO/import/")
    page.locator("[name=journal]").set_input_files(folder / "journal.csv")
    page.locator("[name=accounts]").set_input_files(folder / "accounts.csv")
    page.get_by_role("button", name="Show what would happen").click()


def test_a_journal_is_corrected_previewed_imported_and_imported_again(
    worker: None, open_page: OpenPage, tmp_path: Path
) -> None:
    page = open_page()
    upload(page, tmp_path, journal(bad_row="S-900,2024-02-30,,Sale,Assets:Till,1.00,,EUR\n"))
    expect(page.get_by_text("Nothing was posted.")).to_be_visible()
    bad_row = page.get_by_role("row").filter(has_text="2024-02-30")
    expect(bad_row).to_contain_text("accounting_date")
    expect(bad_row).to_contain_text(str(2 * ENTRIES + 2))
    require_accessible(page)

    upload(page, tmp_path, journal())
    expect(page.get_by_role("heading", name="Import preview")).to_be_visible()
    expect(page.get_by_text("Nothing is posted yet.")).to_be_visible()
    require_accessible(page)
    page.get_by_role("button", name=f"Post {ENTRIES} entries").click()
    expect(page.get_by_role("heading", name=f"{ENTRIES} entries posted")).to_be_visible()
    require_accessible(page)
    page.get_by_role("link", name="Trial balance").last.click()
    till = page.get_by_role("row").filter(has_text="Assets:Till")
    expect(till).to_contain_text("493.60")

    upload(page, tmp_path, journal())
    expect(page.get_by_role("heading", name="Nothing would be added")).to_be_visible()
    require_accessible(page)


def test_an_import_that_nobody_works_on_can_be_stopped(open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page()
    upload(page, tmp_path, journal())
    page.get_by_role("button", name=f"Post {ENTRIES} entries").click()
    expect(page.get_by_role("heading", name="Waiting for a worker")).to_be_visible()
    require_accessible(page)
    page.get_by_role("button", name="Stop the import").click()
    expect(page.get_by_role("heading", name="Stopped")).to_be_visible()
    require_accessible(page)
