# SPDX-License-Identifier: Apache-2.0
"""The page of settings names every variable that the settings read, and no other."""

import re
from pathlib import Path

from cortex.boot.configuration.catalogue import entries

ROOT = Path(__file__).parents[3]
READ_ELSEWHERE = {"PROMETHEUS_MULTIPROC_DIR"}


def test_page_and_settings_name_the_same_variables() -> None:
    # Readers of single variables, as long as settings still have them.
    code = "".join(path.read_text() for path in (ROOT / "settings").glob("*.py"))
    read = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', code)) | set(entries())
    rows = re.findall(r"^\| (`[^|]+) \|", (ROOT / "docs/operations/settings.md").read_text(), re.MULTILINE)
    named = {name for row in rows for name in re.findall(r"`([A-Z_]+)`", row)}
    assert named - READ_ELSEWHERE == read
