# SPDX-License-Identifier: Apache-2.0
import sys
from pathlib import Path

import pytest

from tools.pipeline.programs import StageFailed, run


class TestRun:
    def test_returns_what_the_program_printed(self, tmp_path: Path) -> None:
        program = "import os; print(os.environ['WORD'], os.getcwd())"
        output = run(
            [sys.executable, "-c", program], remedy="-", directory=tmp_path, environment={"WORD": "posted"}
        )
        assert output == f"posted {tmp_path}\n"

    def test_fails_with_the_last_lines_and_the_remedy(self) -> None:
        program = "print(*range(40), sep=chr(10)); raise SystemExit(3)"
        with pytest.raises(StageFailed) as caught:
            run([sys.executable, "-c", program], remedy="Do this.")
        lines = str(caught.value).splitlines()
        assert lines[0].endswith("ended with 3:")
        assert lines[1] == "  | 15"
        assert lines[-2:] == ["  | 39", "Do this."]

    def test_says_that_a_program_said_nothing(self) -> None:
        with pytest.raises(StageFailed, match=r"\(it said nothing\)"):
            run([sys.executable, "-c", "raise SystemExit(1)"], remedy="Look.")

    def test_says_that_a_program_is_missing(self) -> None:
        with pytest.raises(StageFailed, match=r"no-such-program is not installed\. Install it\."):
            run(["no-such-program"], remedy="Install it.")

    def test_ends_a_program_that_takes_too_long(self) -> None:
        with pytest.raises(StageFailed, match="took more than 0 s"):
            run([sys.executable, "-c", "import time; time.sleep(30)"], remedy="Wait.", seconds_max=0.2)
