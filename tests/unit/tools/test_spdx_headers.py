# SPDX-License-Identifier: Apache-2.0
from pathlib import Path

from tools.checks.spdx_headers import missing_headers
from tools.checks.tracked import report

HEADER = "# SPDX-License-Identifier: Apache-2.0\n"


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


class TestMissingHeaders:
    def test_names_a_python_file_without_its_licence(self, tmp_path: Path) -> None:
        path = written(tmp_path, "ledger.py", "POSTED = True\n")
        (finding,) = missing_headers([path])
        assert finding.startswith(f"{path}: expected 'SPDX-License-Identifier: Apache-2.0'")

    def test_accepts_a_header_below_a_shebang(self, tmp_path: Path) -> None:
        path = written(tmp_path, "run", f"#!/usr/bin/env bash\n{HEADER}exec make test\n")
        assert missing_headers([path]) == []

    def test_refuses_a_header_below_the_third_line(self, tmp_path: Path) -> None:
        path = written(tmp_path, "late.sql", f"SELECT 1;\n\n\n{HEADER}")
        assert len(missing_headers([path])) == 1

    def test_leaves_text_and_code_of_others_alone(self, tmp_path: Path) -> None:
        prose = written(tmp_path, "README.md", "# Books\n")
        vendored = written(tmp_path, "static/vendor/htmx.js", "var htmx;\n")
        assert missing_headers([prose, vendored]) == []


class TestReport:
    def test_exits_with_one_and_prints_the_finding(self, tmp_path: Path, capsys) -> None:
        path = written(tmp_path, "books.css", "a {}\n")
        assert report(missing_headers, arguments=[str(path)]) == 1
        assert "books.css: expected" in capsys.readouterr().err

    def test_exits_with_zero_when_nothing_is_found(self, tmp_path: Path) -> None:
        path = written(tmp_path, "books.py", HEADER)
        assert report(missing_headers, arguments=[str(path)]) == 0
