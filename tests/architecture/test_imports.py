# SPDX-License-Identifier: Apache-2.0
"""Imports go one way: the contracts hold, and none of the agreed ones was dropped or loosened."""

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tools.checks.tracked import ROOT

AGREED = ROOT.parent / "shared" / "importlinter.toml"


def contracts(path: Path) -> dict[str, dict[str, object]]:
    linter = tomllib.loads(path.read_text())["tool"]["importlinter"]
    return {contract["name"]: contract for contract in linter["contracts"]}


@pytest.mark.slow
def test_every_contract_is_kept() -> None:
    linted = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert linted.returncode == 0, linted.stdout


def test_the_agreed_contracts_stand_unchanged() -> None:
    if not AGREED.parent.is_dir():
        pytest.skip("the agreed contracts are not on this machine")
    ours, agreed = contracts(ROOT / "pyproject.toml"), contracts(AGREED)
    assert {name: ours.get(name) for name in agreed} == agreed


def test_every_room_of_the_kernel_has_a_layer() -> None:
    layers = contracts(ROOT / "pyproject.toml")["Kernel layers"]["layers"]
    assert isinstance(layers, list)
    placed = {name.strip(" ()") for layer in layers for name in layer.split("|")} | {"embedded"}
    rooms = {path.parent.name for path in (ROOT / "cortex").glob("*/__init__.py")}
    assert rooms - placed == set()


def test_a_start_loads_no_library_of_schemas() -> None:
    """Comparing schemas, signing metadata and running plugins take libraries that load for a tenth of a
    second and more; only a process that does it loads them.
    """
    heavy = ("avro", "jsonschema", "hvac", "pyrage", "securesystemslib", "tuf", "wasmtime")
    code = (
        "import django, sys; django.setup(); import settings.urls;"
        f"print([name for name in {heavy} if name in sys.modules])"
    )
    started = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "settings.test"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert started.stdout.strip().splitlines()[-1:] == ["[]"], started.stderr
