# SPDX-License-Identifier: Apache-2.0
"""One process prepares the application; its lines are results, its log tells why it failed."""

import os
from pathlib import Path

import pytest

from cortex.embedded.errors import StepFailed
from cortex.embedded.preparation import Preparation


def prepare(tmp_path: Path, code: str, *commands: str) -> Preparation:
    (tmp_path / "manage.py").write_text(code)
    return Preparation(
        checkout=tmp_path, log=tmp_path / "prepare.log", commands=commands, environ=dict(os.environ)
    )


class TestPreparation:
    def test_returns_each_result_as_soon_as_it_is_there(self, tmp_path: Path) -> None:
        code = """
import sys, time
print('{"applied": 3}', flush=True)
print('{"arguments": "%s"}' % "|".join(sys.argv[1:]), flush=True)
time.sleep(60)
"""
        with prepare(tmp_path, code, "create_demo", "sign_in --user alice") as preparation:
            assert preparation.result(doing="Migrating") == {"applied": 3}
            assert preparation.result(doing="Demo") == {
                "arguments": "prepare|create_demo|sign_in --user alice"
            }

    def test_quotes_the_last_words_of_a_failure_and_names_its_log(self, tmp_path: Path) -> None:
        code = "import sys; sys.exit('first line\\nValueError: period is locked.')"
        with (
            prepare(tmp_path, code) as preparation,
            pytest.raises(
                StepFailed, match=r"Migrating failed \(ValueError: period is locked\); read .*prepare"
            ),
        ):
            preparation.result(doing="Migrating")

    def test_tells_the_exit_code_of_a_silent_failure(self, tmp_path: Path) -> None:
        with (
            prepare(tmp_path, "raise SystemExit(3)") as preparation,
            pytest.raises(StepFailed, match=r"Migrating failed \(exit code 3\)"),
        ):
            preparation.result(doing="Migrating")
