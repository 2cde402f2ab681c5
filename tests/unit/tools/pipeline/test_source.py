# SPDX-License-Identifier: Apache-2.0
import subprocess
from pathlib import Path

import pytest

from tools.pipeline import source
from tools.pipeline.programs import StageFailed

AUTHOR = {"GIT_AUTHOR_NAME": "Alice", "GIT_AUTHOR_EMAIL": "alice@example.org"}
AUTHOR |= {"GIT_COMMITTER_NAME": "Alice", "GIT_COMMITTER_EMAIL": "alice@example.org"}
WHEN = {"GIT_AUTHOR_DATE": "2026-06-30T12:00:00Z", "GIT_COMMITTER_DATE": "2026-06-30T12:00:00Z"}


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a checkout with one commit, one changed file and one that nobody added."""
    root = tmp_path / "checkout"
    root.mkdir()
    (root / "pyproject.toml").write_text('[project]\nname = "x"\nversion = "1.2.3"\n')
    for words in (["init", "--quiet"], ["add", "."], ["commit", "--quiet", "--message", "Begin"]):
        subprocess.run(["git", *words], cwd=root, check=True, env={"PATH": "/usr/bin:/bin", **AUTHOR, **WHEN})
    (root / "pyproject.toml").write_text('[project]\nname = "x"\nversion = "9.9.9"\n')
    (root / "left.py").touch()
    return root


def test_a_source_is_its_commit(checkout: Path) -> None:
    found = source.head(root=checkout)
    assert (found.version, found.created, len(found.revision)) == ("1.2.3", "2026-06-30T12:00:00Z", 40)


def test_what_is_not_committed_is_named_and_not_exported(checkout: Path, tmp_path: Path) -> None:
    target = tmp_path / "context"
    target.mkdir()
    source.export(into=target, root=checkout)
    assert source.uncommitted(root=checkout) == ["pyproject.toml", "left.py"]
    assert [path.name for path in target.iterdir()] == ["pyproject.toml"]
    assert "1.2.3" in (target / "pyproject.toml").read_text()


def test_a_commit_that_cannot_be_written_out_is_a_failure(checkout: Path, tmp_path: Path) -> None:
    target = tmp_path / "context"
    target.mkdir()
    (checkout / ".git" / "HEAD").write_text("ref: refs/heads/gone\n")
    with pytest.raises(StageFailed, match="cannot be written"):
        source.export(into=target, root=checkout)


def test_a_directory_without_commits_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StageFailed, match="git checkout with at least one commit"):
        source.head(root=tmp_path)
