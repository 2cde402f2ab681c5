# SPDX-License-Identifier: Apache-2.0
"""Import in the browser: preview, row errors, one job however often it is confirmed."""

import re
from collections.abc import Callable
from typing import Any, TypeVar
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from apps.accounting.books.forms import import_files
from apps.accounting.selectors.accounts import list_accounts
from apps.accounting.selectors.journal_entries import EntryFilters, list_journal_entries
from cortex.database.transactions import transactional
from cortex.jobs.models import Job
from cortex.jobs.run import run_job
from cortex.storage.models import StoredFile
from tests.factories.books import Books
from tests.factories.people import let_in, person
from tests.frame.clones import Clone
from tests.integration.apps.accounting.books.conftest import SignIn, staffed_books

T = TypeVar("T")
HEADER = "reference,accounting_date,party,narration,account,debit,credit,currency\n"
JOURNAL = (
    HEADER
    + "S-1,2024-05-01,Orchard School,Sale,Assets:Till,12.34,,EUR\n"
    + "S-1,2024-05-01,Orchard School,Sale,Income:Sales,,12.34,EUR\n"
)
ACCOUNTS = "code,name,type\nAssets:Till,Till,asset\n"


@pytest.fixture
def books(committed_database: Clone) -> Books:
    """Return books in a database of their own: a job reports its progress from outside its transaction."""
    return staffed_books()


def files(journal: str = JOURNAL, accounts: str | None = ACCOUNTS, may_create: bool = True) -> dict[str, Any]:
    """Return what a browser sends."""
    sent: dict[str, Any] = {"journal": SimpleUploadedFile("journal.csv", journal.encode())}
    if accounts is not None:
        sent["accounts"] = SimpleUploadedFile("accounts.csv", accounts.encode())
    return {**sent, "may_create": "on"} if may_create else sent


def preview_of(page: bytes) -> str:
    """Return the signed word of a preview."""
    found = re.search(r'name="preview" value="([^"]+)"', page.decode())
    assert found is not None
    return found[1]


def entries_of(books: Books) -> int:
    with books.entered():
        page = list_journal_entries(company_id=books.company_id, reader=None, filters=EntryFilters())
    return len(page.entries)


def committed(books: Books, read: Callable[[], T]) -> T:
    """Return what a transaction of the company reads."""
    with books.entered():
        return transactional(read)()


def jobs_of(books: Books) -> list[Job]:
    return committed(books, lambda: list(Job.objects.filter(company_id=books.company_id)))


def stored_files(books: Books) -> int:
    return committed(books, lambda: StoredFile.objects.filter(company_id=books.company_id).count())


def run(books: Books, job_id: str) -> None:
    """Do the work of the queue."""
    (job,) = [job for job in jobs_of(books) if str(job.id) == job_id]
    run_job(company_id=books.company_id, job_id=job.id)


def confirmed(alice: Client) -> str:
    """Upload, confirm, and return the id of the job."""
    preview = preview_of(alice.post("/books/DEMO/import/", files()).content)
    location = alice.post("/books/DEMO/import/confirm/", {"preview": preview}).headers["Location"]
    return str(location.rstrip("/").rpartition("/")[2])


class TestPreview:
    def test_shows_what_would_happen_and_does_nothing(self, books: Books, alice: Client) -> None:
        response = alice.post("/books/DEMO/import/", files())
        page = response.content.decode()
        assert response.status_code == 200
        assert "Post 1 entry" in page
        assert "2024-05-01 to 2024-05-01" in page
        assert "<td>Orchard School</td>" in page
        assert entries_of(books) == 0
        with books.entered():
            assert "Assets:Till" not in {
                account.code for account in list_accounts(company_id=books.company_id, reader=None)
            }

    def test_lists_every_bad_row_with_what_was_expected(self, books: Books, alice: Client) -> None:
        journal = JOURNAL + "S-2,2024-13-01,,Sale,Assets:Till,1.00,,EUR\nS-3,2024-05-01,,Sale,Assets:Till\n"
        response = alice.post("/books/DEMO/import/", files(journal))
        page = response.content.decode()
        assert response.status_code == 422
        assert "Nothing was posted." in page
        assert "<td>accounting_date</td>" in page
        assert "<q>2024-13-01</q>" in page
        assert "8 fields" in page
        assert stored_files(books) == 0

    def test_names_accounts_that_are_missing_when_nothing_may_be_created(
        self, books: Books, alice: Client
    ) -> None:
        page = alice.post("/books/DEMO/import/", files(may_create=False)).content.decode()
        assert "an account of the chart or" in page

    def test_asks_for_the_journal(self, alice: Client) -> None:
        response = alice.post("/books/DEMO/import/", {})
        assert response.status_code == 422
        assert b"This field is required." in response.content

    def test_refuses_a_file_that_would_keep_the_page_waiting(
        self, books: Books, alice: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(import_files, "FILE_BYTES_MAX", 100)
        response = alice.post("/books/DEMO/import/", files())
        assert response.status_code == 422
        assert b"Expected at most 100 bytes" in response.content


class TestConfirmation:
    def test_twice_is_one_job_on_the_files_stored_once(self, books: Books, alice: Client) -> None:
        preview = preview_of(alice.post("/books/DEMO/import/", files()).content)
        locations = {
            alice.post("/books/DEMO/import/confirm/", {"preview": preview}).headers["Location"]
            for _ in range(2)
        }
        (job,) = jobs_of(books)
        assert locations == {f"/books/DEMO/import/{job.id}/"}
        assert stored_files(books) == len(job.files) == 2

    def test_of_nobodys_preview_is_refused(self, books: Books, alice: Client) -> None:
        response = alice.post("/books/DEMO/import/confirm/", {"preview": "made:up"})
        assert response.status_code == 400
        assert jobs_of(books) == []

    def test_of_somebody_elses_preview_is_refused(self, books: Books, sign_in: SignIn) -> None:
        let_in(company_id=books.company_id, user_id=person("dora").id, roles=["accountant"])
        preview = preview_of(sign_in("alice").post("/books/DEMO/import/", files()).content)
        response = sign_in("dora").post("/books/DEMO/import/confirm/", {"preview": preview})
        assert response.status_code == 400
        assert jobs_of(books) == []


class TestJob:
    def test_is_watched_from_waiting_to_done(self, books: Books, alice: Client) -> None:
        job_id = confirmed(alice)
        address = f"/books/DEMO/import/{job_id}/"
        waiting = alice.get(address).content.decode()
        assert "<progress" in waiting
        assert 'hx-trigger="every 1s"' in waiting
        run(books, job_id)
        done = alice.get(address, headers={"HX-Request": "true"}).content.decode()
        assert "1 entry posted" in done
        assert "hx-trigger" not in done
        assert "/books/DEMO/trial-balance/" in done
        assert entries_of(books) == 1

    def test_of_the_same_files_again_adds_nothing(self, books: Books, alice: Client) -> None:
        run(books, confirmed(alice))
        page = alice.post("/books/DEMO/import/", files()).content.decode()
        assert "Nothing would be added" in page
        assert 'name="preview"' not in page

    def test_confirmed_before_another_finished_says_that_nothing_was_added(
        self, books: Books, alice: Client
    ) -> None:
        first, second = confirmed(alice), confirmed(alice)
        run(books, first)
        run(books, second)
        assert b"Nothing was added" in alice.get(f"/books/DEMO/import/{second}/").content
        assert entries_of(books) == 1

    def test_can_be_stopped_while_it_waits(self, books: Books, alice: Client) -> None:
        job_id = confirmed(alice)
        assert alice.post(f"/books/DEMO/import/{job_id}/cancel/").status_code == 303
        assert b"Nothing of it was posted" in alice.get(f"/books/DEMO/import/{job_id}/").content
        assert alice.post(f"/books/DEMO/import/{job_id}/cancel/").status_code == 409
        assert entries_of(books) == 0

    def test_that_is_refused_when_it_runs_says_why(self, books: Books, alice: Client) -> None:
        job_id = confirmed(alice)
        other = JOURNAL.replace("12.34", "56.78")
        preview = preview_of(alice.post("/books/DEMO/import/", files(other)).content)
        response = alice.post("/books/DEMO/import/confirm/", {"preview": preview})
        run(books, job_id)
        run(books, response.headers["Location"].rstrip("/").rpartition("/")[2])
        page = alice.get(response.headers["Location"]).content.decode()
        assert "accounting.reference_must_keep_its_content" in page
        assert entries_of(books) == 1

    def test_of_another_kind_or_none_is_not_found(self, books: Books, alice: Client) -> None:
        assert alice.get(f"/books/DEMO/import/{uuid4()}/").status_code == 404
        job = Job(company_id=books.company_id, kind="other.work", owner_kind="service", owner_id="console")
        committed(books, lambda: job.save(force_insert=True))
        assert alice.get(f"/books/DEMO/import/{job.id}/").status_code == 404
