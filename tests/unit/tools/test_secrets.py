# SPDX-License-Identifier: Apache-2.0
import json
import subprocess
import sys
from pathlib import Path

from tools.checks.tracked import ROOT

BASELINE = ROOT / ".secrets.baseline"


def searched(path: Path) -> subprocess.CompletedProcess[str]:
    hook = Path(sys.executable).parent / "detect-secrets-hook"
    command = [hook, "--baseline", BASELINE, path]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


class TestSecrets:
    def test_holds_no_secret_that_was_waved_through(self) -> None:
        assert json.loads(BASELINE.read_text())["results"] == {}

    def test_finds_a_key(self, tmp_path: Path) -> None:
        path = tmp_path / "storage.py"
        # Put together here, so that this file has no key in it.
        path.write_text(f'ACCESS_KEY = "{"AKIA" + "QW3RT7ZUI0PASDFG"}"\n')
        found = searched(path)
        assert (found.returncode, "AWS Access Key" in found.stdout) == (1, True)

    def test_accepts_a_name(self, tmp_path: Path) -> None:
        path = tmp_path / "storage.py"
        path.write_text('BUCKET = "evidence"\n')
        assert searched(path).returncode == 0
