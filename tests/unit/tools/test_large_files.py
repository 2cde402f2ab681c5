# SPDX-License-Identifier: Apache-2.0
from pathlib import Path

from tools.checks.large_files import too_large


class TestTooLarge:
    def test_names_a_file_one_byte_above_the_limit(self, tmp_path: Path) -> None:
        path = tmp_path / "screenshot.png"
        path.write_bytes(bytes(500 * 1024 + 1))
        assert too_large([path]) == [
            f"{path}: 501 kB, expected at most 500 kB; keep it outside the repository"
        ]

    def test_accepts_a_file_at_the_limit(self, tmp_path: Path) -> None:
        path = tmp_path / "screenshot.png"
        path.write_bytes(bytes(500 * 1024))
        assert too_large([path]) == []

    def test_accepts_a_long_lock(self, tmp_path: Path) -> None:
        path = tmp_path / "requirements" / "dev.txt"
        path.parent.mkdir()
        path.write_bytes(bytes(600 * 1024))
        assert too_large([path]) == []
