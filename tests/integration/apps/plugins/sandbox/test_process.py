# SPDX-License-Identifier: Apache-2.0
"""Signals and forks: what the process is told reaches it, and its children have deadlines of their own."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from apps.plugins.adapters.sandbox.compiled_components import CompiledComponents
from tests.factories.wat_components import component, importing
from tests.frame.components import FIXTURES, KEY

ROOT = FIXTURES.parents[2]
CLOCK = importing(
    "wasi:clocks/monotonic-clock@0.2.9",
    "now",
    "(result u64)",
    "(func (result i64))",
    "(loop $l call $f drop br $l)",
)
LOOP = "(core module $t (func (loop br 0)) (start 0)) (core instance (instantiate $t))"
BEGIN = """
import os, signal, sys, threading, time
from pathlib import Path
from apps.plugins.adapters.sandbox import wasi, engine
from apps.plugins.domain import call_errors
from apps.plugins.domain.limits import Limits
from tests.factories.wat_components import told
wasm, ms = Path(sys.argv[1]).read_bytes(), int(sys.argv[2])
def call(wasm=wasm):
    return told(wasm, limits=Limits(milliseconds=ms, fuel=10**15))
"""


def run(
    tmp_path: Path, script: str, wasm: bytes, *, milliseconds: int
) -> tuple["subprocess.CompletedProcess[str]", float]:
    """Run a script in a process of its own with a component, and return how long it took."""
    (tmp_path / "component.wasm").write_bytes(wasm)
    began_at = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", BEGIN + script, tmp_path / "component.wasm", str(milliseconds)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={"PATH": os.defpath, "PYTHONPATH": str(ROOT)},
    )
    return done, time.monotonic() - began_at


class TestSignals:
    @pytest.mark.parametrize("name", ["SIGTERM", "SIGALRM"])
    def test_that_end_the_process_do_so_where_a_plugin_asks_the_host(self, tmp_path: Path, name: str) -> None:
        script = f"""
signal.signal(signal.{name}, lambda *_: sys.exit(7))
threading.Timer(0.5, os.kill, (os.getpid(), signal.{name})).start()
call()
"""
        done, seconds = run(tmp_path, script, component(CLOCK), milliseconds=25_000)
        assert (done.returncode, done.stderr) == (7, "")
        assert seconds < 15

    def test_wait_for_the_deadline_of_one_that_asks_nothing(self, tmp_path: Path) -> None:
        script = """
signal.signal(signal.SIGTERM, lambda *_: sys.exit(7))
threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGTERM)).start()
call()
"""
        done, _ = run(tmp_path, script, component(LOOP), milliseconds=1_000)
        assert (done.returncode, done.stderr) == (7, "")

    def test_find_their_handlers_again_afterwards(self, tmp_path: Path) -> None:
        script = """
def handler(*_): pass
signal.signal(signal.SIGTERM, handler)
# Whoever starts programs in the background lets them ignore it.
signal.signal(signal.SIGINT, signal.default_int_handler)
call()
assert signal.getsignal(signal.SIGTERM) is handler
assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
"""
        done, _ = run(tmp_path, script, component(), milliseconds=1_000)
        assert (done.returncode, done.stderr) == (0, "")


class TestEndsOfTheProcess:
    @pytest.mark.parametrize("kind", ["SystemExit", "KeyboardInterrupt", "BaseException"])
    def test_raised_in_a_function_of_wasi_are_passed_on(self, tmp_path: Path, kind: str) -> None:
        script = f"""
def fail(): raise {kind}("of the host")
wasi.time = type("Broken", (), {{"monotonic_ns": fail}})
try:
    call()
except BaseException as error:
    assert type(error) is {kind}, error
    assert error.__cause__ is None
    sys.exit(9)
"""
        done, _ = run(tmp_path, script, component(CLOCK), milliseconds=5_000)
        assert (done.returncode, done.stderr) == (9, "")


class TestForks:
    def test_have_deadlines_of_their_own(self, tmp_path: Path) -> None:
        compiled = CompiledComponents(directory=tmp_path / "compiled", key=KEY)
        digests = compiled.compile(wasm=component()), compiled.compile(wasm=component(LOOP))
        script = f"""
from apps.plugins.adapters.sandbox.call_component import Loaded, call_component
from apps.plugins.adapters.sandbox.compiled_components import CompiledComponents
from apps.plugins.adapters.sandbox.host_functions import linker_of
compiled = CompiledComponents(directory=Path({str(tmp_path / "compiled")!r}), key={KEY!r})
def load_and_call(digest):
    ours = engine.engine()
    found = compiled.load(engine=ours, digest=digest)
    linker = linker_of(engine=ours, component=found, interfaces=frozenset())
    limits = Limits(milliseconds=ms, fuel=10**15)
    ready = Loaded(ours, found, linker)
    return call_component(loaded=ready, handler="h", request={{}}, answers={{}}, limits=limits)
assert load_and_call({digests[0]!r}).answer == 1
engine._lock.acquire()
child = os.fork()
if not child:
    try:
        load_and_call({digests[1]!r})
    except call_errors.CallMustEndInTime:
        os._exit(5)
    os._exit(1)
engine._lock.release()
_, status = os.waitpid(child, 0)
sys.exit(os.waitstatus_to_exitcode(status))
"""
        done, seconds = run(tmp_path, script, component(), milliseconds=300)
        assert (done.returncode, done.stderr) == (5, "")
        assert seconds < 20
