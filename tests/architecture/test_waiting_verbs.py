# SPDX-License-Identifier: Apache-2.0
"""Doors alone call verbs that wait: half of a larger verb must not be proposed by itself."""

import ast
import os
import re
import subprocess
import sys

from tests.architecture.sources import ROOT, modules

DOORS = re.compile(
    r"^(cortex/(api/views|people/pages|backoffice)/|apps/[a-z]+/(api|books|admin)/|.*/management/)"
)
# Settings that need no server: nothing is asked, only loaded.
BUILD = {**os.environ, "DJANGO_SETTINGS_MODULE": "settings.build"}
# What the doors share, and the rooms that load their verbs when the program starts.
MACHINERY = {
    "cortex/api/middleware.py",
    "cortex/api/openapi.py",
    "cortex/api/waiting_pages.py",
    "cortex/container/commands.py",
    "cortex/policy/access.py",
    "cortex/policy_versions/unapprovable.py",
}


def _importers() -> set[str]:
    return {
        path
        for path, tree in modules().items()
        if any(
            isinstance(node, ast.ImportFrom) and (node.module or "").endswith(".waiting_verbs")
            for node in ast.walk(tree)
        )
    }


def test_verbs_that_wait_are_called_by_doors_alone() -> None:
    rooms = {path for path in modules() if path.endswith("/waiting_verbs.py")}
    assert {path for path in _importers() - rooms if not DOORS.match(path)} == MACHINERY


def test_every_process_knows_them_from_its_start() -> None:
    """Who approves is another process than who proposed: it must know the verb before any page is loaded."""
    rooms = {path for path in modules() if path.endswith("/waiting_verbs.py")}
    expected = {path.removesuffix(".py").replace("/", ".") for path in rooms}
    code = (
        "import django, sys; django.setup(); "
        "print(*[name for name in sys.modules if name.endswith('.waiting_verbs')])"
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT, env=BUILD)
    assert set(done.stdout.split()) == expected
