# SPDX-License-Identifier: Apache-2.0
"""The program's own source files, parsed once."""

import ast
from functools import cache
from pathlib import Path

from tools.checks.tracked import ROOT, tracked_files

PACKAGES = ("apps", "cortex", "settings")


@cache
def modules() -> dict[str, ast.Module]:
    """Return each module of the program by its path from the root, without migrations."""
    return {
        path.relative_to(ROOT).as_posix(): ast.parse(path.read_text())
        for path in program_files()
        if "migrations" not in path.parts
    }


def program_files() -> list[Path]:
    """Return every Python file of the program."""
    return [
        path
        for path in tracked_files()
        if path.suffix == ".py" and path.relative_to(ROOT).parts[0] in PACKAGES
    ]
