# SPDX-License-Identifier: Apache-2.0
import json
from pathlib import Path

from tools.checks.coverage_gate import main, uncovered

COVERED = {"covered_lines": 90, "num_statements": 100, "covered_branches": 9, "num_branches": 10}


class TestUncovered:
    def test_accepts_ninety_percent_of_each(self) -> None:
        assert uncovered(COVERED) == []

    def test_refuses_few_branches_that_many_lines_would_outweigh(self) -> None:
        assert uncovered({**COVERED, "covered_lines": 100, "covered_branches": 8}) == [
            "branches: 8 of 10 covered (80.0%), expected at least 90 %"
        ]

    def test_refuses_one_line_too_few(self) -> None:
        assert uncovered({**COVERED, "covered_lines": 89}) == [
            "lines: 89 of 100 covered (89.0%), expected at least 90 %"
        ]

    def test_accepts_a_program_without_branches(self) -> None:
        assert uncovered({**COVERED, "covered_branches": 0, "num_branches": 0}) == []


class TestMain:
    def test_exits_by_what_the_report_says(self, tmp_path: Path, capsys) -> None:
        good, bad = tmp_path / "good.json", tmp_path / "bad.json"
        good.write_text(json.dumps({"totals": COVERED}))
        bad.write_text(json.dumps({"totals": {**COVERED, "covered_lines": 0}}))
        assert (main(good), main(bad)) == (0, 1)
        assert capsys.readouterr().err == "lines: 0 of 100 covered (0.0%), expected at least 90 %\n"
