# SPDX-License-Identifier: Apache-2.0
"""What README and the documents promise: links lead somewhere, targets exist, imports do what is said.

`make run` is run for real by tests/journeys/test_run_as_printed.py. `make test` cannot run inside itself:
here make only plans it (--dry-run), and every step of it is what the workflow of CI runs.
"""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from apps.accounting.models import JournalEntry
from tests.frame.clones import Clone
from tests.frame.readme import commands, write_files
from tools.checks.tracked import ROOT

LINK = re.compile(r"!?\[[^\]]*\]\((?!https?:|mailto:|#)([^)#\s]+)[^)]*\)")
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_to_files_that_exist(document: Path) -> None:
    links = LINK.findall(document.read_text())
    assert [link for link in links if not (document.parent / link).exists()] == []


class TestMake:
    def named(self) -> list[str]:
        lines = [line for document in DOCUMENTS for line in commands(document)]
        return sorted({line for line in lines if line.startswith("make ")})

    def test_knows_every_target_that_a_document_names(self) -> None:
        assert {"make run", "make test"} <= set(self.named())
        for line in self.named():
            dry = subprocess.run(
                [*shlex.split(line), "--dry-run"], cwd=ROOT, capture_output=True, check=False
            )
            assert dry.returncode == 0, f"{line}: {dry.stderr.decode()}"

    def test_lists_its_targets(self) -> None:
        shown = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
        listed = set(re.findall(r"^  make (\S+)", shown, re.MULTILINE))
        assert listed >= {
            "run",
            "test",
            "lint",
            "typecheck",
            "e2e",
            "soak",
            "bench",
            "lock",
            "pipeline",
            "image",
        }


class TestCommandsOfReadme:
    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        """Return a folder in which the commands find their environment and the two files they name."""
        (tmp_path / ".venv").symlink_to(sys.prefix)
        write_files(tmp_path)
        return tmp_path

    def run(self, line: str, folder: Path) -> str:
        done = subprocess.run(
            shlex.split(line), cwd=folder, env=os.environ, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{line}: {done.stderr}"
        return done.stdout

    @pytest.mark.slow
    def test_import_books_add_them_up_and_add_nothing_twice(
        self, committed_database: Clone, folder: Path
    ) -> None:
        imports, adds_up = (
            line for line in commands(ROOT / "README.md") if line.startswith(".venv/bin/cortex")
        )
        self.run(imports, folder)
        self.run(imports, folder)
        balance = self.run(adds_up, folder)
        assert [line.split() for line in balance.splitlines() if line.startswith("assets:bank")] == [
            ["assets:bank", "119.00", "0.00", "119.00"]
        ]
        assert JournalEntry.objects.using("service").count() == 1
