# SPDX-License-Identifier: Apache-2.0
"""P1: what a call of a plugin costs, with nothing warm but the compiled component."""

import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from apps.plugins.adapters.building.build_component import build_component
from apps.plugins.adapters.building.read_sources import read_sources
from apps.plugins.adapters.building.recipe import recipe_of
from apps.plugins.adapters.local_backend import LocalBackend
from apps.plugins.adapters.sandbox.compiled_components import CompiledComponents
from apps.plugins.adapters.sandbox.sandbox import Sandbox
from apps.plugins.domain.read_manifest import read_manifest
from apps.plugins.services.authoring.new_plugin import new_plugin
from bench.report import table
from bench.timing import percentile, spent_ms

T = TypeVar("T")
CALLS, THREADS, PLUGINS = 500, 2, 50
AT = datetime(2026, 1, 31, tzinfo=UTC)
ENTRY = {"id": "1", "number": 7, "accounting_date": "2026-01-31"}
_WHAT = f"""The plugin that `cortex plugin new` writes: Python in WebAssembly, one query, one line of log.
Each call has a fresh store. {CALLS} calls one after another, then as many from {THREADS} threads of one
process; memory is what {PLUGINS} loaded versions add to the process, each called once.
"""


def written(*, say: Callable[[str], None]) -> str:
    """Return the part as Markdown."""
    with tempfile.TemporaryDirectory() as place:
        folder, compiled = (
            Path(place) / "guard",
            CompiledComponents(directory=Path(place) / "c", key=b"k" * 32),
        )
        new_plugin(folder=folder, plugin_id="com.example.guard", publisher="com.example")
        manifest = read_manifest((folder / "plugin.yaml").read_bytes())
        say("building a plugin")
        recipe = recipe_of(sources=read_sources(folder=folder), handlers=manifest.handlers)
        wasm, built = _timed(lambda: build_component(recipe=recipe))
        say("compiling it")
        digest, compiling = _timed(lambda: compiled.compile(wasm=wasm))

        def call(sandbox: Sandbox) -> None:
            sandbox.call(
                digest=digest,
                manifest=manifest,
                handler="on_posted",
                given={"subject": "accounting.journal_entry/1"},
                company="BENCH",
                settings={"greeting": "Posted"},
                at=AT,
                backend=LocalBackend(data={"accounting.journal_entry": [ENTRY]}),
            )

        say("calling it")
        sandbox = Sandbox(compiled=compiled)
        _, cold = _timed(lambda: call(sandbox))
        warm = spent_ms(lambda: call(sandbox), times=CALLS)
        beside = _per_second(lambda: call(sandbox))
        before = _resident_bytes()
        for each in [Sandbox(compiled=compiled) for _ in range(PLUGINS)]:
            call(each)
        grown = (_resident_bytes() - before) / PLUGINS / 1e6
    rows = [
        ("building from sources", f"{built:.1f} s"),
        ("compiling", f"{compiling:.1f} s"),
        ("first call of a process: checking the seal, loading, linking", f"{cold * 1000:.0f} ms"),
        ("a call, p50 and p99", f"{percentile(warm, 0.5):.2f} and {percentile(warm, 0.99):.2f} ms"),
        (f"calls/s, {THREADS} threads", f"{beside:,.0f}"),
        ("memory for each loaded version", f"{grown:.2f} MB"),
    ]
    return "\n".join(["## Plugins\n", _WHAT, table(("what", "measured"), rows)])


def _timed(do: Callable[[], T]) -> tuple[T, float]:
    start = time.perf_counter()
    return do(), time.perf_counter() - start


def _per_second(call: Callable[[], None]) -> float:
    start = time.perf_counter()
    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(lambda _: call(), range(CALLS)))
    return CALLS / (time.perf_counter() - start)


def _resident_bytes() -> int:
    (line,) = [
        each for each in Path("/proc/self/status").read_text().splitlines() if each.startswith("VmRSS")
    ]
    return int(line.split()[1]) * 1024
