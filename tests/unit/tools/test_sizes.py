# SPDX-License-Identifier: Apache-2.0
from pathlib import Path

from tools.checks.sizes import too_long


def function_of(lines: int) -> str:
    return "def post():\n" + "    pass\n" * (lines - 1)


class TestTooLong:
    def test_names_a_function_of_seventy_one_lines(self, tmp_path: Path) -> None:
        path = tmp_path / "services.py"
        path.write_text(function_of(71))
        assert too_long([path]) == [
            f"{path}::post: 71 lines, expected at most 70; give a part of it a name of its own"
        ]

    def test_names_a_file_of_five_hundred_and_one_lines(self, tmp_path: Path) -> None:
        path = tmp_path / "services.py"
        path.write_text("POSTED = True\n" * 501)
        assert too_long([path]) == [
            f"{path}: 501 lines, expected at most 500; give a part of it a name of its own"
        ]

    def test_accepts_both_at_their_limit(self, tmp_path: Path) -> None:
        path = tmp_path / "services.py"
        path.write_text(function_of(70) + "POSTED = True\n" * 430)
        assert too_long([path]) == []

    def test_leaves_migrations_and_other_languages_alone(self, tmp_path: Path) -> None:
        migration, style = tmp_path / "migrations" / "0001_ledger.py", tmp_path / "books.css"
        migration.parent.mkdir()
        migration.write_text("POSTED = True\n" * 501)
        style.write_text("a {}\n" * 501)
        assert too_long([migration, style]) == []
