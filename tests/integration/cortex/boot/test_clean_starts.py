# SPDX-License-Identifier: Apache-2.0
"""The same signed configuration starts the same on any machine, and another one does not."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.factories.signed_files import Signer
from tests.integration.cortex.boot.started import ENVIRONMENT, ROOT

SITE = "EVENT_BUS: kafka\nKAFKA_BOOTSTRAP: broker.example:9092\nALLOWED_HOSTS: [books.example]\n"
PROGRAM = ("apps", "cortex", "settings", "static", "templates", "requirements")
# What two machines differ in, though they run the same.
HERE = {"PYTHONHASHSEED": "1", "TZ": "UTC", "LC_ALL": "C.UTF-8", "HOME": "/root", "LANG": "en_US"}
THERE = {"PYTHONHASHSEED": "4711", "TZ": "Asia/Kathmandu", "LC_ALL": "C", "HOME": "/tmp", "PYTHONUTF8": "1"}


def report_of(checkout: Path, *, signed_by: Signer, process: str, **machine: str) -> Mapping[str, Any]:
    """Start a program that lies in `checkout`, standing elsewhere, and return its boot report."""
    variables = {**ENVIRONMENT, **machine, "DJANGO_SETTINGS_MODULE": "settings.base"}
    words = ["boot", "report", "--format=json", f"--process={process}"]
    told = subprocess.run(
        [sys.executable, "-c", "from cortex.cli import main; main()", *words],
        cwd=signed_by.directory,
        env=signed_by.environment(signed_by.directory / "site.yaml", **variables, PYTHONPATH=str(checkout)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stderr
    report: Mapping[str, Any] = json.loads(told.stdout)
    return report


def same_part(report: Mapping[str, Any]) -> bytes:
    """Return the report as it was printed, without time and host."""
    return json.dumps({name: report[name] for name in report if name not in {"time", "host"}}).encode()


@pytest.fixture
def other_machine(tmp_path: Path) -> tuple[Path, Signer, Signer]:
    """Return a copy of the program, and the same signed file on each of two machines."""
    for name in PROGRAM:
        if (ROOT / name).is_dir():
            shutil.copytree(
                ROOT / name, tmp_path / "copy" / name, ignore=shutil.ignore_patterns("__pycache__")
            )
    (tmp_path / "here").mkdir()
    here = Signer(tmp_path / "here")
    here.write(SITE, version=7)
    shutil.copytree(here.directory, tmp_path / "there")
    return tmp_path / "copy", here, Signer(tmp_path / "there", key=here.key)


@pytest.mark.slow
class TestCleanStarts:
    def test_give_the_same_report_but_for_time_and_host(
        self, other_machine: tuple[Path, Signer, Signer]
    ) -> None:
        copy, here, there = other_machine
        first = report_of(ROOT, signed_by=here, process="web", **HERE)
        second = report_of(copy, signed_by=there, process="web", **THERE)
        assert same_part(first) == same_part(second)
        assert first["time"] != second["time"]
        assert first["host"]["name"] == os.uname().nodename
        started = first["started"]
        assert started["configuration_files"]["site.yaml"].startswith("version 7, ")
        assert started["subscribers"]["webhooks"] == "*"
        assert "accounting.journal_entry.post" in started["actions"]
        hooks = [(hook["phase"], hook["name"]) for hook in started["hooks"]]
        assert hooks[:3] == [
            ("on_preboot", "logging"),
            ("on_preboot", "log_header"),
            ("on_boot", "database.roles"),
        ]

    def test_give_another_report_for_another_program_or_configuration(
        self, other_machine: tuple[Path, Signer, Signer]
    ) -> None:
        copy, here, there = other_machine
        money = copy / "cortex" / "money.py"
        money.write_text(money.read_text() + "# one line more\n")
        there.write(SITE.replace("kafka", "redis", 1), version=8)
        changed = report_of(copy, signed_by=there, process="worker", **THERE)["started"]
        unchanged = report_of(ROOT, signed_by=here, process="web", **HERE)["started"]
        for name in ("build_digest", "configuration_digest", "lock_digest", "process"):
            assert changed[name] != unchanged[name]
        assert changed["configuration_files"]["site.yaml"].startswith("version 8, ")
