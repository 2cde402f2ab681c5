# SPDX-License-Identifier: Apache-2.0
"""Make a component of Python sources with componentize-py, in a process of its own.

Importing the sources is part of building: they run inside of WebAssembly then, too, and what they import then
is all that there is when a handler is called. The output differs each time; who publishes rebuilds.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from importlib.resources import as_file, files
from pathlib import Path

from apps.plugins.adapters.building.errors import PluginMustBuild

ENTRY = "plugin"
_SECONDS_MAX, _TOLD_MAX = 300, 3_000
_BOOT = "from componentize_py import script; raise SystemExit(script())"
_APP = f"""
from cortex_sdk._guest import WitWorld
from cortex_sdk._handlers import require
import {ENTRY}

require({{handlers!r}})
"""


def build_component(*, sources: Path, handlers: Iterable[str]) -> bytes:
    """Build `plugin.py` of a folder with the modules beside it; it must have these handlers.

    Raises: PluginMustBuild, with the traceback of what stopped it.
    """
    if not (sources / f"{ENTRY}.py").is_file():
        raise PluginMustBuild(
            f"{sources}: there is no {ENTRY}.py.",
            evidence={"object": str(sources), "expected": f"{ENTRY}.py", "got": "none"},
        )
    with tempfile.TemporaryDirectory() as scratch, as_file(files("apps.plugins").joinpath("sdk")) as sdk:
        work = Path(scratch)
        work.joinpath("cortex_plugin_app.py").write_text(_APP.format(handlers=sorted(handlers)))
        paths = (work, sdk, sources.resolve())
        _require_built(_componentize(work, sdk / "wit", paths), sources)
        return work.joinpath("component.wasm").read_bytes()


def _componentize(work: Path, wit: Path, paths: Sequence[Path]) -> "subprocess.CompletedProcess[str]":
    searched = [argument for path in paths for argument in ("-p", str(path))]
    command = ["-d", str(wit), "-w", "plugin", "componentize", "cortex_plugin_app", *searched]
    return subprocess.run(  # noqa: S603
        [sys.executable, "-c", _BOOT, *command, "-o", str(work / "component.wasm")],
        cwd=work,
        capture_output=True,
        text=True,
        timeout=_SECONDS_MAX,
        check=False,
        # No VIRTUAL_ENV: componentize-py would put the host's packages into the component.
        env={"PATH": os.defpath},
    )


def _require_built(done: "subprocess.CompletedProcess[str]", sources: Path) -> None:
    if not done.returncode:
        return
    name = sources.resolve().name
    # The tool wraps the traceback that its user wants in one of its own, and repeats its last line.
    told = (done.stderr or done.stdout).rpartition("AssertionError: ")[2].partition("Caused by:")[0].strip()
    raise PluginMustBuild(
        f"{name} could not be built:\n{told[-_TOLD_MAX:]}",
        evidence={"object": name, "got": told[-_TOLD_MAX:]},
    )
