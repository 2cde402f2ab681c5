# SPDX-License-Identifier: Apache-2.0
"""Run an author's tests in ordinary Python, with the SDK's harness and no server."""

import os
import subprocess
import sys
from importlib.resources import as_file, files
from pathlib import Path

from apps.plugins.adapters.building.folder_manifest import manifest_of

_PYTEST = ("-m", "pytest", "-p", "no:cacheprovider", "-p", "no:django", "--rootdir", ".")
_CONFIGURED = ("pytest.ini", "pyproject.toml", "tox.ini", "setup.cfg")


def run_tests(*, sources: Path) -> int:
    """Run pytest in the folder, writing to this process's own output, and return its exit code.

    Nothing of this process's environment reaches the tests but where programs and the SDK are.

    Raises: ManifestMustBeWellFormed.
    """
    manifest_of(sources)
    with as_file(files("apps.plugins").joinpath("sdk")) as sdk:
        path = os.pathsep.join([str(sources.resolve()), str(sdk)])
        return subprocess.run(  # noqa: S603
            [sys.executable, *_PYTEST, *_configuration(sources), "."],
            cwd=sources,
            check=False,
            env={"PATH": os.defpath, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"},
        ).returncode


def _configuration(sources: Path) -> tuple[str, ...]:
    """Return where pytest is configured: in the folder, and never by a project that the folder lies in."""
    is_own = any((sources / name).is_file() for name in _CONFIGURED)
    return () if is_own else ("-c", os.devnull)
