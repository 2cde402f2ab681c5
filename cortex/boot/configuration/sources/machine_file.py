# SPDX-License-Identifier: Apache-2.0
"""`.cortex/env`: what the embedded servers of one machine chose, below the real environment."""

from collections.abc import MutableMapping
from pathlib import Path

from cortex.boot.configuration.errors import MachineFileMustBeWellFormed, refusal
from cortex.boot.configuration.found import MACHINE_FILE, Found, Layer

# No file decides which files count and who may sign them.
_ABOUT_CONFIGURATION = ("CORTEX_CONFIG", "CORTEX_ARGUMENTS")


def machine_file(path: Path) -> Layer:
    """Read the KEY=VALUE lines; nothing when there is no file."""
    lines = _lines(path)
    return {
        name: Found(value, source=MACHINE_FILE)
        for number, line in enumerate(lines, start=1)
        if line.strip() and not line.startswith("#")
        for name, value in [_pair(line, where=f"{path.name} line {number}")]
        if value
    }


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    except (OSError, ValueError):
        raise refusal(MachineFileMustBeWellFormed, path.name, expected="a readable text file") from None


def _pair(line: str, *, where: str) -> tuple[str, str]:
    name, separator, value = line.partition("=")
    if not separator or not name.isidentifier():
        raise refusal(MachineFileMustBeWellFormed, where, expected="KEY=VALUE")
    if name.startswith(_ABOUT_CONFIGURATION):
        raise refusal(
            MachineFileMustBeWellFormed, f"{name} in {where}", expected="this name in the environment alone"
        )
    return name, value


def hand_over(layer: Layer, *, environ: MutableMapping[str, str], names: set[str]) -> None:
    """Give what is no configuration to the environment, where the vault and libraries look for it."""
    for name, found in layer.items():
        if name not in names and f"{name}_FILE" not in environ:
            environ.setdefault(name, found.given)
