# SPDX-License-Identifier: Apache-2.0
"""What is built: the tracked files of one commit, and nothing that merely lies beside them."""

import subprocess
import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tools.checks.tracked import ROOT
from tools.pipeline.programs import StageFailed, run

REMEDY = "Run the pipeline in a git checkout with at least one commit."


@dataclass(frozen=True, kw_only=True)
class Source:
    """One commit; its instant is the only date that a build knows."""

    revision: str
    committed_at_epoch: int
    version: str

    @property
    def created(self) -> str:
        """Write the instant of the commit as image labels want it."""
        return datetime.fromtimestamp(self.committed_at_epoch, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def head(*, root: Path = ROOT) -> Source:
    """Read what the checkout stands on; raises StageFailed."""
    revision, epoch = run(["git", "log", "-1", "--format=%H %ct"], remedy=REMEDY, directory=root).split()
    document = run(["git", "show", "HEAD:pyproject.toml"], remedy=REMEDY, directory=root)
    version = tomllib.loads(document)["project"]["version"]
    return Source(revision=revision, committed_at_epoch=int(epoch), version=version)


def uncommitted(*, root: Path = ROOT) -> list[str]:
    """List the files that differ from the commit: they are not in what is built."""
    lines = run(["git", "status", "--porcelain"], remedy=REMEDY, directory=root).splitlines()
    return [line[3:] for line in lines]


def export(*, into: Path, root: Path = ROOT) -> None:
    """Write the files of the commit into an empty directory; raises StageFailed."""
    with subprocess.Popen(["git", "archive", "HEAD"], cwd=root, stdout=subprocess.PIPE) as archive:
        words = ["tar", "--extract", f"--directory={into}"]
        unpacked = subprocess.run(words, stdin=archive.stdout, check=False)
    # An archive that breaks off before its first byte is an empty one to tar, and no failure.
    if archive.returncode != 0 or unpacked.returncode != 0:
        raise StageFailed(f"The files of the commit cannot be written to {into}. {REMEDY}")
