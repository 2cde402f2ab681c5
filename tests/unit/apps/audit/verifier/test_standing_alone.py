# SPDX-License-Identifier: Apache-2.0
"""The verifier needs Python and nothing else: no package, no environment, no network, no second file."""

import ast
import json
import subprocess
import sys
from pathlib import Path
from shutil import which
from uuid import UUID

import pytest

from tests.factories.evidence_log import (
    VERIFIER,
    LogInMemory,
    company_archive,
    content,
    keys_text,
    log_archive,
    range_archive,
)

COMPANY = UUID(int=5)


# This Python, and each other from 3.9 on that this machine has.
PYTHONS = sorted(
    {sys.executable}
    | {found for minor in range(9, 16) if (found := which(f"python3.{minor}")) and "shims" not in found}
    | {
        str(path)
        for path in (Path.home() / ".pyenv/versions").glob("3.*/bin/python3")
        if int(path.parent.parent.name.split(".")[1]) >= 9
    }
)


def run(directory: Path, *arguments: str, python: str = sys.executable) -> subprocess.CompletedProcess[str]:
    """Run the verifier that lies in the directory, in an emptied environment."""
    command = [python, "-I", "-S", "verify.py", *arguments]
    return subprocess.run(
        command, cwd=directory, env={}, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """Return an auditor's empty directory with an archive, the verifier that lay in it, and the keys."""
    log = LogInMemory()
    log.append(COMPANY, text="Grüße")
    log.seal()
    (tmp_path / "former").write_bytes(log.checkpoint())
    log.earlier = len(log.bodies)
    log.append(COMPANY, text="Grüße")
    log.seal()
    archive = company_archive(log, COMPANY)
    (tmp_path / "part.zip").write_bytes(range_archive(log, 3, 6))
    (tmp_path / "books.zip").write_bytes(archive)
    (tmp_path / "verify.py").write_bytes(content(archive, "verify.py"))
    (tmp_path / "keys").write_text(keys_text())
    (tmp_path / "whole.zip").write_bytes(log_archive(log))
    (tmp_path / "kept").write_bytes(log.checkpoint())
    return tmp_path


class TestTheFile:
    def test_imports_the_standard_library_alone(self) -> None:
        tree = ast.parse(VERIFIER.read_text())
        imported = {
            name.split(".")[0]
            for node in ast.walk(tree)
            if isinstance(node, ast.Import | ast.ImportFrom)
            for name in (
                [node.module or ""] if isinstance(node, ast.ImportFrom) else [n.name for n in node.names]
            )
        }
        assert imported <= sys.stdlib_module_names
        assert not imported & {"socket", "ssl", "urllib", "http", "subprocess", "ctypes", "zipfile"}

    def test_is_readable_by_python_3_9(self) -> None:
        tree = ast.parse(VERIFIER.read_text(), feature_version=(3, 9))
        # Without it, `X | None` in an annotation is an error there.
        first = next(node for node in tree.body if isinstance(node, ast.ImportFrom))
        assert (first.module, [name.name for name in first.names]) == ("__future__", ["annotations"])

    def test_writes_nothing_but_its_report(self) -> None:
        source = VERIFIER.read_text()
        assert source.count(".write_text(") == 1
        assert "write_bytes" not in source
        # The archive, an earlier one, and each file of a log.
        assert source.count(".open(") == source.count('.open("rb")') == 3


class TestTheProgram:
    def test_verifies_in_an_empty_directory_with_an_emptied_environment(self, desk: Path) -> None:
        done = run(desk, "books.zip", "--log-key", "keys", "--json", "report.json")
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.endswith("VERIFIED\n")
        report = json.loads((desk / "report.json").read_text())
        assert (report["verdict"], report["refused"]) == ("verified", None)
        assert report["archive"]["company"] == str(COMPANY)
        assert report["checkpoint"]["size"] == 6

    def test_verifies_a_whole_log_since_a_checkpoint_that_was_kept(self, desk: Path) -> None:
        done = run(desk, "whole.zip", "--log-key", "keys", "--since", "kept")
        assert done.returncode == 0
        assert "proved: Your earlier checkpoint is of the very same tree." in done.stdout

    @pytest.mark.parametrize("python", PYTHONS)
    def test_says_the_same_in_every_python_that_is_here(self, desk: Path, python: str) -> None:
        for archive in ("books.zip", "whole.zip", "part.zip"):
            given = (archive, "--log-key", "keys", "--since", "former")
            done, ours = run(desk, *given, python=python), run(desk, *given)
            assert (done.returncode, done.stderr, done.stdout) == (0, "", ours.stdout)
            assert "(3 leaves, seen by a witness" in done.stdout
        assert run(desk, "keys", "--log-key", "keys", python=python).returncode == 1

    def test_refuses_with_one_sentence(self, desk: Path) -> None:
        archive = bytearray((desk / "books.zip").read_bytes())
        archive[300] ^= 1
        (desk / "books.zip").write_bytes(archive)
        done = run(desk, "books.zip", "--log-key", "keys", "--json", "report.json")
        assert (done.returncode, done.stderr) == (1, "")
        assert "README.txt: its content was changed" in done.stdout.splitlines()[-1]
        assert json.loads((desk / "report.json").read_text())["verdict"] == "refused"

    @pytest.mark.parametrize(
        "arguments",
        [
            ("nothing.zip", "--log-key", "keys"),
            ("books.zip", "--log-key", "nothing"),
            ("books.zip", "--log-key", "kept"),
            ("books.zip", "--log-key", "keys", "--since", "keys"),
        ],
    )
    def test_says_when_a_file_could_not_be_read(self, desk: Path, arguments: tuple[str, ...]) -> None:
        done = run(desk, *arguments)
        assert (done.returncode, done.stderr) == (2, "")
        assert done.stdout.splitlines()[-1].startswith("COULD NOT BE READ: ")
