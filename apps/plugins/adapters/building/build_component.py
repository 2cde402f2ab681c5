# SPDX-License-Identifier: Apache-2.0
"""Make a component of a recipe with componentize-py, in a process of its own.

Importing the sources is part of building: they run inside of WebAssembly then, too, and what they import then
is all that there is when a handler is called. The output differs each time; who publishes rebuilds.

The tool lets them write to each directory that it searches for modules, so these are copies.
"""

import signal
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from apps.plugins.adapters.building.build_tool import tool_version
from apps.plugins.adapters.building.errors import PluginMustBuild
from apps.plugins.adapters.building.recipe import APP, CONTRACT, SEARCHED
from apps.plugins.adapters.own_process import run_apart

_TOLD_MAX = 3_000
# The kernel ends what calculates on; the tool ends itself where it gets no memory.
_OUT_OF_BOUNDS = {signal.SIGXCPU, signal.SIGKILL, signal.SIGABRT}
_COMPONENTIZER = "apps.plugins.adapters.building.componentizer"


@dataclass(frozen=True, slots=True)
class Bounds:
    """What building may take; a usual plugin takes ten seconds and half of a gigabyte."""

    seconds: float = 300
    cpu_seconds: int = 120
    data_bytes: int = 4 << 30
    file_bytes: int = 256 << 20

    @property
    def words(self) -> list[str]:
        """Return what the process is told."""
        return [str(self.cpu_seconds), str(self.data_bytes), str(self.file_bytes)]


_USUAL = Bounds()


def build_component(*, recipe: Mapping[str, bytes], bounds: Bounds = _USUAL) -> bytes:
    """Build the component and return it.

    Raises: PluginMustBuild, with the traceback of what stopped it; BuildToolMustBeInstalled.
    """
    tool_version()
    with tempfile.TemporaryDirectory(prefix="cortex-plugin-") as scratch:
        place = Path(scratch).resolve()
        for name, content in recipe.items():
            path = place / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        try:
            _require_built(_componentize(place, bounds))
        except subprocess.TimeoutExpired:
            raise _refused(f"importing it did not end in {bounds.seconds:g} seconds") from None
        return (place / "component.wasm").read_bytes()


def _componentize(place: Path, bounds: Bounds) -> "subprocess.CompletedProcess[bytes]":
    searched = [word for name in SEARCHED for word in ("-p", str(place / name))]
    contract = ["-d", str(place / CONTRACT), "-w", "plugin"]
    return run_apart(
        module=_COMPONENTIZER,
        words=[*bounds.words, *contract, "componentize", APP, *searched, "-o", str(place / "component.wasm")],
        place=place,
        seconds_max=bounds.seconds,
        environment=_nothing_of_the_machine(place),
    )


def _nothing_of_the_machine(place: Path) -> dict[str, str]:
    """Return an environment in which the tool finds no packages but ours.

    It searches VIRTUAL_ENV; without one it asks the programs `pipenv` and `python3`, and lets the plugin
    write to the packages of the user and of the system. Its own temporary files go with the scratch.
    """
    for name in ("environment/lib/site-packages", "programs", "temporary"):
        (place / name).mkdir(parents=True)
    return {
        "VIRTUAL_ENV": str(place / "environment"),
        "PATH": str(place / "programs"),
        "TMPDIR": str(place / "temporary"),
    }


def _require_built(done: "subprocess.CompletedProcess[bytes]") -> None:
    if not done.returncode:
        return
    if -done.returncode in _OUT_OF_BOUNDS:
        raise _refused("importing it was stopped, since it took more time or memory than it may")
    # The tool wraps the traceback that its user wants in one of its own, and repeats its last line.
    written = (done.stderr or done.stdout).decode(errors="replace")
    told = written.rpartition("AssertionError: ")[2].partition("Caused by:")[0].strip()
    raise _refused(told[-_TOLD_MAX:] or f"the tool ended with {done.returncode}", between="\n")


def _refused(got: str, between: str = " ") -> PluginMustBuild:
    return PluginMustBuild(
        f"The plugin could not be built:{between}{got}", evidence={"object": "plugin", "got": got}
    )
