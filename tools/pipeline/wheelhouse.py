# SPDX-License-Identifier: Apache-2.0
"""The wheels of the image: every file that the locks name for its interpreter, checked against their hashes.

The interpreter that fetches is another than the one that will import: markers and tags are the image's.
"""

import platform
import sys
from collections.abc import Iterable
from pathlib import Path

from tools.checks.tracked import ROOT
from tools.pipeline.locks import Pin, environment_of_image, pins
from tools.pipeline.programs import StageFailed, run

PACKAGE = "python3.11-minimal"
RELEASED = tuple(ROOT / "requirements" / name for name in ("web.txt", "worker.txt"))
BOOTSTRAP = ROOT / "requirements" / "bootstrap.txt"
# Wheels say the oldest C library that they run with; Debian 12 has 2.36.
GLIBC_MINOR_MAX = 36
REMEDY = (
    "Check that the package registry can be reached; the locks name what is wanted, `make lock` renews them."
)


def python_of(debs: Iterable[Path]) -> str:
    """Read the full version of the image's Python out of the name of its package, 3.11.2 for example."""
    versions = [deb.name.split("_")[1] for deb in debs if deb.name.startswith(f"{PACKAGE}_")]
    if len(versions) != 1:
        raise StageFailed(
            f"Expected one package {PACKAGE}, got {len(versions)}. See docker/debian-packages.txt."
        )
    return versions[0].partition("-")[0]


def released_pins(*, python: str) -> list[Pin]:
    """Return what the image installs."""
    return pins(RELEASED, environment=environment_of_image(python=python, machine=platform.machine()))


def fill(*, wheelhouse: Path, python: str) -> int:
    """Fetch the wheels into an empty directory and return how many there are; raises StageFailed."""
    environment = environment_of_image(python=python, machine=platform.machine())
    wanted = wheelhouse.parent / "wheels.txt"
    wanted.write_text(
        "".join(f"{pin.line()}\n" for pin in pins([BOOTSTRAP, *RELEASED], environment=environment))
    )
    options: list[str | Path] = [
        "--quiet",
        "--require-hashes",
        "--no-deps",
        "--only-binary",
        ":all:",
        "--dest",
        wheelhouse,
    ]
    options += ["--implementation", "cp", "--python-version", environment["python_version"]]
    options += [word for tag in _platforms(platform.machine()) for word in ("--platform", tag)]
    run([sys.executable, "-m", "pip", "download", *options, "--requirement", wanted], remedy=REMEDY)
    return len(list(wheelhouse.glob("*.whl")))


def _platforms(machine: str) -> list[str]:
    """Name the platforms that the image can run, the newest first."""
    numbered = [f"manylinux_2_{minor}_{machine}" for minor in range(GLIBC_MINOR_MAX, 4, -1)]
    return [*numbered, f"manylinux2014_{machine}", f"manylinux2010_{machine}", f"linux_{machine}"]
