# SPDX-License-Identifier: Apache-2.0
"""Starts that go well, fail or take too long, and what is undone after each."""

import contextvars
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from cortex.boot.lifecycle.boot import Boot
from cortex.boot.lifecycle.errors import HookMustEndInTime, HookMustSucceed
from cortex.boot.lifecycle.hooks import HookSet, Phase, hook


class Stage:
    """Hooks that write down when they ran."""

    def __init__(self) -> None:
        self.hooks = HookSet()
        self.told: list[str] = []

    def add(
        self,
        phase: Phase,
        name: str,
        *,
        after: tuple[str, ...] = (),
        work: Callable[[], object] = lambda: None,
        timeout_seconds: float = 5,
    ) -> None:
        def run() -> None:
            work()
            self.told.append(f"{phase} {name}")

        hook(phase, name=name, after=after, timeout_seconds=timeout_seconds, hooks=self.hooks)(run)

    def pair(self, name: str, *, after: tuple[str, ...] = (), phase: Phase = "on_boot") -> None:
        self.add(phase, name, after=after)
        self.add("on_shutdown", name)

    def boot(self) -> Boot:
        return Boot(process="web", hooks=self.hooks)


@pytest.fixture
def stage() -> Stage:
    return Stage()


def fail() -> None:
    raise ValueError("the broker\nsays no.")


def leave() -> None:
    raise SystemExit(0)


@contextmanager
def sigterm_that_ends(code: int) -> Iterator[None]:
    """Let SIGTERM end the program as a started process does."""
    before = signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(code))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


class TestBoot:
    def test_goes_up_in_order_and_down_in_reverse_once(self, stage: Stage) -> None:
        stage.pair("relay", after=("bus",), phase="on_ready")
        stage.pair("bus", after=("keys",))
        stage.pair("keys", phase="on_preboot")
        stage.pair("alarm", phase="on_ready")
        boot = stage.boot()
        for phase in ("on_preboot", "on_boot", "on_ready", "on_ready"):
            boot.run(phase)
        up = ["on_preboot keys", "on_boot bus", "on_ready alarm", "on_ready relay"]
        assert stage.told == up
        boot.shut_down()
        boot.shut_down()
        assert stage.told[4:] == [f"on_shutdown {name}" for name in ("relay", "alarm", "bus", "keys")]

    def test_calls_an_ending_hook_that_undoes_no_other(self, stage: Stage) -> None:
        stage.pair("bus", phase="on_ready")
        stage.add("on_shutdown", "farewell", after=("bus",))
        boot = stage.boot()
        boot.run("on_ready")
        boot.shut_down()
        assert stage.told == ["on_ready bus", "on_shutdown farewell", "on_shutdown bus"]

    def test_stops_at_a_failure_and_undoes_what_was_done(self, stage: Stage) -> None:
        stage.pair("a")
        stage.add("on_boot", "b", work=fail)
        stage.add("on_shutdown", "b")
        stage.pair("c")
        with pytest.raises(HookMustSucceed) as refusal:
            stage.boot().run("on_boot")
        assert refusal.value.message == (
            "Hook b of on_boot failed (ValueError: the broker says no); remove the cause and start again."
        )
        assert stage.told == ["on_boot a", "on_shutdown a"]

    def test_stops_at_a_hook_that_takes_too_long(self, stage: Stage) -> None:
        released = threading.Event()
        stage.pair("a")
        stage.add("on_boot", "b", work=released.wait, timeout_seconds=0.05)
        began = time.monotonic()
        with pytest.raises(HookMustEndInTime) as refusal:
            stage.boot().run("on_boot")
        assert time.monotonic() - began < 2
        assert refusal.value.message == (
            "Hook b of on_boot did not end within 0.05 s; see what it waits for, and start again."
        )
        assert stage.told == ["on_boot a", "on_shutdown a"]
        released.set()

    def test_ends_all_though_some_cannot(self, stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
        released = threading.Event()
        for name in ("a", "b", "c"):
            stage.add("on_boot", name)
        stage.add("on_shutdown", "a")
        stage.add("on_shutdown", "b", work=fail)
        stage.add("on_shutdown", "c", work=released.wait, timeout_seconds=0.05)
        boot = stage.boot()
        boot.run("on_boot")
        boot.shut_down()
        assert stage.told[3:] == ["on_shutdown a"]
        assert [record.message.partition(":")[0] for record in caplog.records] == [
            "boot.hook_must_end_in_time",
            "boot.hook_must_succeed",
        ]
        released.set()

    def test_passes_an_interruption_on_after_undoing(self, stage: Stage) -> None:
        released = threading.Event()

        def hang_and_be_interrupted() -> None:
            os.kill(os.getpid(), signal.SIGTERM)
            released.wait()

        stage.pair("a")
        stage.add("on_boot", "b", work=hang_and_be_interrupted, timeout_seconds=30)
        with sigterm_that_ends(143), pytest.raises(SystemExit) as end:
            stage.boot().run("on_boot")
        assert end.value.code == 143
        assert stage.told == ["on_boot a", "on_shutdown a"]
        released.set()

    def test_is_torn_by_no_second_signal(self, stage: Stage) -> None:
        stage.pair("a")
        stage.add("on_boot", "b")
        stage.add("on_shutdown", "b", work=lambda: os.kill(os.getpid(), signal.SIGTERM))
        stage.add("on_boot", "c", work=fail)
        with sigterm_that_ends(143), pytest.raises(HookMustSucceed):
            stage.boot().run("on_boot")
        assert stage.told == ["on_boot a", "on_boot b", "on_shutdown b", "on_shutdown a"]

    def test_is_ended_by_no_hook_that_leaves(self, stage: Stage) -> None:
        stage.pair("a")
        stage.add("on_boot", "b")
        stage.add("on_shutdown", "b", work=leave)
        stage.add("on_boot", "c", work=leave)
        with pytest.raises(HookMustSucceed, match="Hook c of on_boot failed \\(SystemExit: 0\\)"):
            stage.boot().run("on_boot")
        assert stage.told == ["on_boot a", "on_boot b", "on_shutdown a"]

    def test_gives_hooks_the_context_of_the_caller(self, stage: Stage) -> None:
        variable = contextvars.ContextVar("variable", default="")
        variable.set("given")
        seen: list[str] = []
        stage.add("on_boot", "a", work=lambda: seen.append(variable.get()))
        stage.boot().run("on_boot")
        assert seen == ["given"]

    def test_lets_a_forked_child_become_ready_and_end_by_itself(self, stage: Stage) -> None:
        stage.pair("bus")
        stage.pair("tracing", phase="on_ready")
        boot = stage.boot()
        boot.run("on_boot")
        reader, writer = os.pipe()
        pid = os.fork()
        if pid == 0:
            boot.run("on_ready")
            boot.shut_down()
            os.write(writer, ",".join(stage.told[1:]).encode())
            os._exit(0)
        os.waitpid(pid, 0)
        os.close(writer)
        assert os.read(reader, 1000) == b"on_ready tracing,on_shutdown tracing"
        os.close(reader)
        boot.shut_down()
        assert stage.told == ["on_boot bus", "on_shutdown bus"]
