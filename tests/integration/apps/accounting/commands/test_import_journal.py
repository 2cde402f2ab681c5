# SPDX-License-Identifier: Apache-2.0
"""`import_journal`, as somebody types it: a process of its own, its output, its exit code."""

import csv
import os
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from apps.accounting.domain.errors import ImportMustBeReadable
from cortex.identity.console import FileMustBeReadable
from cortex.tenancy.companies import company_id_for
from tests.frame.clones import Clone
from tests.integration.apps.accounting.journals import ACCOUNTS, JOURNAL, TRIAL_BALANCE, UNREADABLE

ROOT = Path(__file__).parents[5]


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """Return a folder with the shop's files."""
    for name, content in (("accounts", ACCOUNTS), ("journal", JOURNAL), ("unreadable", UNREADABLE)):
        (tmp_path / f"{name}.csv").write_bytes(content)
    return tmp_path


def arguments(folder: Path, *more: str, journal: str = "journal.csv") -> list[str]:
    files = ["--accounts", f"{folder}/accounts.csv", "--journal", f"{folder}/{journal}"]
    return ["--company", "SHOP", *files, *more]


def imported(*given: str) -> str:
    output = StringIO()
    call_command("import_journal", *given, stdout=output)
    return output.getvalue().strip()


def balances(company: str) -> list[tuple[str, ...]]:
    output = StringIO()
    call_command("trial_balance", "--company", company, "--format", "csv", stdout=output)
    return [tuple(row) for row in csv.reader(output.getvalue().splitlines())][1:]


@pytest.mark.django_db
class TestImportJournal:
    def test_creates_what_is_missing_and_posts(self, files: Path) -> None:
        sentence = imported(*arguments(files, "--create", "--currency", "EUR"))
        assert sentence == "3 entries posted, 0 known before, 3 accounts created, fiscal years opened: 2026."
        assert balances("SHOP") == TRIAL_BALANCE

    def test_adds_nothing_the_second_time(self, files: Path) -> None:
        imported(*arguments(files, "--create", "--currency", "EUR"))
        sentence = imported(*arguments(files))
        assert sentence == "0 entries posted, 3 known before, 0 accounts created, fiscal years opened: none."
        assert balances("SHOP") == TRIAL_BALANCE

    def test_undoes_a_dry_run(self, files: Path) -> None:
        sentence = imported(*arguments(files, "--create", "--currency", "EUR", "--dry-run"))
        assert sentence.startswith("Dry run, undone: 3 entries posted")
        assert company_id_for(code="SHOP") is None

    def test_refuses_a_file_that_is_not_there(self, files: Path) -> None:
        with pytest.raises(FileMustBeReadable, match="No such file"):
            imported(*arguments(files, journal="none.csv"))

    def test_lists_bad_rows_before_it_refuses(self, files: Path) -> None:
        errors = StringIO()
        with pytest.raises(ImportMustBeReadable):
            call_command(
                "import_journal",
                *arguments(files, "--create", "--currency", "EUR", journal="unreadable.csv"),
                stderr=errors,
            )
        assert "journal row 6, column accounting_date" in errors.getvalue()
        assert len(errors.getvalue().splitlines()) <= 20
        assert company_id_for(code="SHOP") is None


@pytest.mark.slow
class TestProcess:
    def run(self, database: Clone, *given: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, **database.environment, "DJANGO_SETTINGS_MODULE": "settings.test"}
        return subprocess.run(
            [sys.executable, "manage.py", *given],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def test_says_one_sentence_and_no_traceback_when_it_refuses(
        self, committed_database: Clone, files: Path
    ) -> None:
        refused = self.run(committed_database, "import_journal", *arguments(files))
        assert (refused.returncode, refused.stdout) == (1, "")
        assert refused.stderr.startswith("tenancy.company_must_exist: Company SHOP")
        assert "Traceback" not in refused.stderr

    def test_prints_the_result_alone(self, committed_database: Clone, files: Path) -> None:
        create = arguments(files, "--create", "--currency", "EUR")
        done = self.run(committed_database, "import_journal", *create)
        assert (done.returncode, done.stdout.count("\n")) == (0, 1), done.stderr


@pytest.mark.slow
@pytest.mark.django_db
class TestHousehold:
    def test_equals_its_known_totals_and_is_imported_once(self, shared_cases: Callable[[str], Path]) -> None:
        files = [
            f"--{part}={shared_cases(f'ledger/household-{part}.csv')}" for part in ("accounts", "journal")
        ]
        given = ["--company", "HOUSE", "--create", "--currency", "USD", *files]
        assert imported(*given).startswith("1140 entries posted, 0 known before, 50 accounts created")
        assert imported(*given).startswith("0 entries posted, 1140 known before, 0 accounts created")
        with shared_cases("ledger/household-trial-balance.csv").open(newline="") as file:
            known = [(code, *map(Decimal, amounts)) for code, *amounts in list(csv.reader(file))[1:]]
        assert [(code, *map(Decimal, amounts)) for code, *amounts in balances("HOUSE")] == known
