# SPDX-License-Identifier: Apache-2.0
"""Uploads: rehearsed at once, or done by a job that any worker runs."""

import csv
import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from cortex.jobs.cancel import cancel_job
from cortex.jobs.run import run_job
from cortex.tenancy import scope
from tests.frame.clones import Clone
from tests.integration.apps.accounting.api.desk import Desk, open_desk
from tests.integration.apps.accounting.journals import ACCOUNTS, JOURNAL, TRIAL_BALANCE, UNREADABLE


def form(journal: bytes = JOURNAL, accounts: bytes | None = ACCOUNTS, **fields: str) -> dict[str, Any]:
    files = {"journal": SimpleUploadedFile("journal.csv", journal)}
    if accounts is not None:
        files["accounts"] = SimpleUploadedFile("accounts.csv", accounts)
    return {**files, **fields}


def balances(desk: Desk) -> list[tuple[str, ...]]:
    rows = desk.get("reports/trial-balance").json()["rows"]
    return [(row["account"], row["debit_total"], row["credit_total"], row["balance"]) for row in rows]


class TestDryRun:
    def test_says_what_would_be_posted_and_posts_nothing(self, desk: Desk) -> None:
        response = desk.upload(form(may_create="true", dry_run="true"))
        summary = response.json()
        assert response.status_code == 200
        assert (summary["entries_posted"], summary["lines"], summary["accounts_created"]) == (3, 6, 1)
        assert (summary["total"], summary["currency"], summary["is_dry_run"]) == ("1315.75", "EUR", True)
        assert (summary["first_date"], summary["last_date"]) == ("2026-01-02", "2026-03-31")
        assert desk.entries() == []
        assert desk.get("accounts/Assets:Till").status_code == 404

    def test_lists_the_bad_rows(self, desk: Desk) -> None:
        response = desk.upload(form(UNREADABLE, dry_run="true"))
        problem = response.json()
        assert (response.status_code, problem["code"]) == (422, "accounting.import_must_be_readable")
        assert {(row["row"], row["column"]) for row in problem["evidence"]["rows"]} >= {
            (4, "*"),
            (6, "accounting_date"),
            (7, "accounting_date"),
        }

    def test_refuses_accounts_that_may_not_be_created(self, desk: Desk) -> None:
        problem = desk.upload(form(dry_run="true")).json()
        assert [row["got"] for row in problem["evidence"]["rows"]] == ["Assets:Till"]

    @pytest.mark.parametrize("wrong", [{"dry_run": "maybe"}, {"mode": "fast"}])
    def test_refuses_fields_that_it_does_not_know(self, desk: Desk, wrong: dict[str, str]) -> None:
        assert desk.upload(form(**wrong)).status_code == 400

    def test_needs_a_journal(self, desk: Desk) -> None:
        assert desk.upload({"accounts": SimpleUploadedFile("accounts.csv", ACCOUNTS)}).status_code == 400

    def test_is_not_for_auditors(self, desk: Desk) -> None:
        assert desk.upload(form(dry_run="true"), desk.bob).status_code == 403


@pytest.fixture
def open_office(committed_database: Clone) -> Desk:
    """Return a desk whose commits are real: a job tells its progress on a connection of its own."""
    return open_desk()


def run(desk: Desk, files: dict[str, Any]) -> dict[str, Any]:
    """Upload, run the job as a worker does, and return it as its watcher sees it."""
    response = desk.upload(files)
    assert response.status_code == 202, response.content
    run_job(company_id=desk.books.company_id, job_id=UUID(response.json()["id"]))
    watched = desk.client(desk.alice).get(response.headers["Location"])
    found: dict[str, Any] = json.loads(watched.content)
    return found


class TestImportJob:
    def test_posts_the_files_and_tells_the_summary(self, open_office: Desk) -> None:
        job = run(open_office, form(may_create="true"))
        assert (job["state"], job["done"], job["total"]) == ("succeeded", 3, 3)
        assert (job["result"]["entries_posted"], job["result"]["total"]) == (3, "1315.75")
        assert balances(open_office) == TRIAL_BALANCE

    def test_adds_nothing_the_second_time(self, open_office: Desk) -> None:
        run(open_office, form(may_create="true"))
        again = run(open_office, form(accounts=None))
        assert (again["result"]["entries_posted"], again["result"]["entries_known"]) == (0, 3)
        assert balances(open_office) == TRIAL_BALANCE

    def test_fails_with_the_bad_rows_and_posts_nothing(self, open_office: Desk) -> None:
        job = run(open_office, form(UNREADABLE, may_create="true"))
        assert (job["state"], job["error"]["code"]) == ("failed", "accounting.import_must_be_readable")
        assert job["error"]["evidence"]["rows"]
        assert open_office.entries() == []

    def test_cancelled_before_it_starts_posts_nothing(self, open_office: Desk) -> None:
        job_id = UUID(open_office.upload(form(may_create="true")).json()["id"])
        with scope([open_office.books.company_id]):
            cancel_job(company_id=open_office.books.company_id, job_id=job_id)
        run_job(company_id=open_office.books.company_id, job_id=job_id)
        assert open_office.entries() == []


@pytest.mark.slow
class TestHousehold:
    def test_equals_its_known_totals_and_is_imported_once(
        self, open_office: Desk, shared_cases: Callable[[str], Path]
    ) -> None:
        def file(part: str) -> bytes:
            return shared_cases(f"ledger/household-{part}.csv").read_bytes()

        # The case is kept in dollars, the desk in euros: only the currency's name differs.
        journal = file("journal").replace(b",USD\r\n", b",EUR\r\n").replace(b",USD\n", b",EUR\n")
        first = run(open_office, form(journal, file("accounts"), may_create="true"))
        second = run(open_office, form(journal, file("accounts"), may_create="true"))
        assert (first["result"]["entries_posted"], second["result"]["entries_posted"]) == (1140, 0)
        rows = list(csv.reader(file("trial-balance").decode().splitlines()))[1:]
        known = [(code, *map(Decimal, amounts)) for code, *amounts in rows]
        assert [(code, *map(Decimal, amounts)) for code, *amounts in balances(open_office)] == known
