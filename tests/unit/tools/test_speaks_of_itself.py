# SPDX-License-Identifier: Apache-2.0
from pathlib import Path

import pytest

from tools.checks.speaks_of_itself import foreign_words


class TestForeignWords:
    @pytest.mark.parametrize(
        ("line", "what"),
        [
            ("cd /home/somebody/cortex", "a path of one machine"),
            ("pip install --index-url https://example.org/simple", "a package index"),
            ("# TODO write this", "an unfinished place"),
        ],
    )
    def test_names_the_line_and_what_is_foreign_in_it(self, tmp_path: Path, line: str, what: str) -> None:
        path = tmp_path / "notes.md"
        path.write_text(f"First line.\n{line}\n")
        assert foreign_words([path]) == [f"{path}:2: names {what}: {line}"]

    @pytest.mark.parametrize(
        "line",
        ["GET /api/v1/companies", "see docs/home/page.md", "# TODO(#12) fold balances", "${HOME}/work/books"],
    )
    def test_accepts_what_belongs_to_the_project(self, tmp_path: Path, line: str) -> None:
        path = tmp_path / "notes.md"
        path.write_text(f"{line}\n")
        assert foreign_words([path]) == []

    def test_leaves_pictures_and_code_of_others_alone(self, tmp_path: Path) -> None:
        picture, vendored = tmp_path / "books.png", tmp_path / "vendor" / "htmx.js"
        vendored.parent.mkdir()
        picture.write_bytes(b"\x89PNG /home/somebody")
        vendored.write_text("// TODO of its author\n")
        assert foreign_words([picture, vendored]) == []
