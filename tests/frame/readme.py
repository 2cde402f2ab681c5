# SPDX-License-Identifier: Apache-2.0
"""The shell commands that a document prints, and the two files that README's commands name."""

import re
from pathlib import Path

FENCED = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ACCOUNTS = "code,name,type\nassets:bank,Bank,asset\nincome:sales,Sales,income\n"
JOURNAL = (
    "reference,accounting_date,party,narration,account,debit,credit,currency\n"
    "R-1,2026-03-01,Ada & Sons,Invoice 1,assets:bank,119.00,,EUR\n"
    "R-1,2026-03-01,Ada & Sons,Invoice 1,income:sales,,119.00,EUR\n"
)


def commands(document: Path) -> list[str]:
    """Return the lines of its fenced shell blocks."""
    return [line for block in FENCED.findall(document.read_text()) for line in block.splitlines() if line]


def write_files(folder: Path) -> None:
    """Lay the files that README's import names into a folder."""
    (folder / "accounts.csv").write_text(ACCOUNTS)
    (folder / "journal.csv").write_text(JOURNAL)
