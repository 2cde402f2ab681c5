# SPDX-License-Identifier: Apache-2.0
"""Components of the tests' plugins, built and compiled once for all workers of a run."""

import fcntl
from pathlib import Path

from apps.plugins.adapters.building.build_component import build_component
from apps.plugins.adapters.building.read_sources import read_sources
from apps.plugins.adapters.building.recipe import recipe_of
from apps.plugins.adapters.sandbox.compiled_components import CompiledComponents

FIXTURES = Path(__file__).parents[1] / "fixtures" / "plugins"
KEY = b"a key of the tests" * 2


def built(*, name: str, directory: Path, within: Path = FIXTURES) -> bytes:
    """Return the component of the folder of that name; other workers wait for whoever builds it."""
    path = directory / f"{name}.wasm"
    with (directory / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            sources = read_sources(folder=within / name)
            path.write_bytes(build_component(recipe=recipe_of(sources=sources, handlers=())))
            compiled_in(directory).compile(wasm=path.read_bytes())
    return path.read_bytes()


def compiled_in(directory: Path) -> CompiledComponents:
    """Return the run's own directory of compiled components."""
    return CompiledComponents(directory=directory / "compiled", key=KEY)
