# SPDX-License-Identifier: Apache-2.0
from pathlib import Path

from tools.pipeline.locks import Pin, environment_of_image, pins

LOCK = """# made by make lock
async-timeout==5.0.1 ; python_full_version < '3.11.3' \\
    --hash=sha256:aa \\
    --hash=sha256:bb
colorama==0.4.6 ; sys_platform == 'win32' \\
    --hash=sha256:cc
Psycopg[binary,pool]==3.3.9 \\
    --hash=sha256:dd
"""
TIMEOUT = Pin(name="async-timeout", version="5.0.1", hashes=("sha256:aa", "sha256:bb"))
PSYCOPG = Pin(name="psycopg", version="3.3.9", hashes=("sha256:dd",))


class TestPins:
    def read(self, tmp_path: Path, *, python: str) -> list[Pin]:
        lock = tmp_path / "web.txt"
        lock.write_text(LOCK)
        return pins([lock, lock], environment=environment_of_image(python=python))

    def test_hold_for_the_interpreter_of_the_image_and_not_for_this_one(self, tmp_path: Path) -> None:
        assert self.read(tmp_path, python="3.11.2") == [TIMEOUT, PSYCOPG]
        assert self.read(tmp_path, python="3.11.9") == [PSYCOPG]

    def test_are_written_without_their_markers(self) -> None:
        assert TIMEOUT.line() == "async-timeout==5.0.1 --hash=sha256:aa --hash=sha256:bb"
