# SPDX-License-Identifier: Apache-2.0
"""The page of settings names everything that can be configured, and nothing else."""

import re
from pathlib import Path

from cortex.boot.configuration.catalogue import entries

ROOT = Path(__file__).parents[3]
READ_ELSEWHERE = {"PROMETHEUS_MULTIPROC_DIR"}


def test_page_and_settings_name_the_same_variables() -> None:
    rows = re.findall(r"^\| (`[^|]+) \|", (ROOT / "docs/operations/settings.md").read_text(), re.MULTILINE)
    named = {name for row in rows for name in re.findall(r"`([A-Z_]+)`", row)}
    assert named - READ_ELSEWHERE == set(entries())
