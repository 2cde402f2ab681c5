# SPDX-License-Identifier: Apache-2.0
"""Wheel and source distribution of the project, and whether an image holds that very wheel."""

import filecmp
import shutil
import zipfile
from pathlib import Path

from tools.checks.tracked import ROOT
from tools.pipeline.programs import StageFailed, run
from tools.pipeline.source import Source
from tools.pipeline.workplace import Workplace

UV = ROOT / ".venv" / "bin" / "uv"
REMEDY = "Read the lines above; the build is described in pyproject.toml and hatch_build.py."
# What the installer adds to a wheel's own record.
INSTALLERS_OWN = ("INSTALLER", "REQUESTED", "RECORD")
# Console scripts are written by the installer too, and an image starts none of them.
SCRIPTS = ("../", "bin/")


def build_twice(*, source: Source, workplace: Workplace) -> list[str]:
    """Build wheel and source distribution into dist/ and check that a second build gives the same bytes.

    Raises: StageFailed.
    """
    first, second = workplace.directory("wheels"), workplace.directory("wheels-again")
    for target in (first, second):
        words: list[str | Path] = [
            "build",
            "--quiet",
            "--no-build-isolation",
            "--python",
            ROOT / ".venv/bin/python",
        ]
        environment = {"SOURCE_DATE_EPOCH": str(source.committed_at_epoch)}
        run(
            [UV, *words, "--out-dir", target, workplace.scratch / "context"],
            remedy=REMEDY,
            environment=environment,
        )
    names = sorted(path.name for path in first.iterdir() if path.suffix in {".whl", ".gz"})
    _, differing, missing = filecmp.cmpfiles(first, second, names, shallow=False)
    if differing or missing or len(names) != 2:
        raise StageFailed(f"Two builds differ in {', '.join(differing + missing) or names}. {REMEDY}")
    for name in names:
        shutil.copyfile(first / name, workplace.dist / name)
    return names


def require_installed(*, site: Path, dist: Path) -> None:
    """Check that what an image installed is, file by file, the wheel in dist/; raises StageFailed."""
    wheels = sorted(dist.glob("codexion_cortex-*.whl"))
    records = sorted(site.glob("codexion_cortex-*.dist-info/RECORD"))
    if not wheels or len(records) != 1:
        raise StageFailed(f"Expected a wheel in {dist} and one install in {site}. Run: make image")
    with zipfile.ZipFile(wheels[-1]) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/RECORD"))
        built = archive.read(name).decode()
    differing = sorted(_lines(built) ^ _lines(records[0].read_text(encoding="utf-8")))
    if differing:
        raise StageFailed(
            f"{wheels[-1].name} and the image differ in {len(differing)} files, {differing[0]} for one."
            " Build both from one commit: make image"
        )


def _lines(record: str) -> set[str]:
    """Return the lines of a RECORD that name files of the project, each with its digest."""
    return {
        line
        for line in record.splitlines()
        if line.partition(",")[0].rpartition("/")[2] not in INSTALLERS_OWN and not line.startswith(SCRIPTS)
    }
