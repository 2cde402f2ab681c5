# SPDX-License-Identifier: Apache-2.0
"""The host's side of a call: each function counts, answers or refuses, and lets nothing else out.

An exception that leaves a host function travels in a module's global, and under threads reaches somebody
else's call; one that is no Exception is lost, or ends the process. So each is caught here and kept with its
own call.
"""

import json
import time
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from wasmtime import WasmtimeError
from wasmtime.component import Component, Linker, Variant

from apps.plugins.adapters.sandbox.engine import Engine
from apps.plugins.adapters.sandbox.interfaces import FUNCTIONS, qualified
from apps.plugins.adapters.sandbox.signals import Waiting
from apps.plugins.adapters.sandbox.wasi import WASI_FUNCTIONS
from apps.plugins.domain.call_errors import CallMustEndInTime, HostMustNotBeFlooded
from apps.plugins.domain.limits import Limits
from cortex.errors import CortexError
from cortex.one_line import one_line

LEVELS = ("debug", "info", "warning", "error")
LINE_MAX, LINES_MAX = 2_000, 200

Answer = Callable[[str], str]


@dataclass(slots=True)
class Call:
    """What one call has used, logged, and was stopped by. `answers` are keyed `interface.function`."""

    limits: Limits
    answers: Mapping[str, Answer]
    began_at: float = field(default_factory=time.monotonic)
    host_calls: int = 0
    host_bytes: int = 0
    fuel: int = 0
    log: list[tuple[str, str]] = field(default_factory=list)
    stopped_by: BaseException | None = None
    signals: Waiting = field(default_factory=Waiting)

    @property
    def milliseconds_left(self) -> int:
        """Return how long the call may still take; a query of the host's gets no longer."""
        passed = (time.monotonic() - self.began_at) * 1000
        return max(0, self.limits.milliseconds - int(passed))

    def begin(self, *texts: str) -> None:
        """Count a call of the host with its arguments; raises HostMustNotBeFlooded, CallMustEndInTime."""
        if not self.milliseconds_left:
            raise CallMustEndInTime
        self.host_calls += 1
        if self.host_calls > self.limits.host_calls:
            raise HostMustNotBeFlooded(f"{self.limits.host_calls} calls are allowed")
        self.move(*texts)

    def move(self, *texts: str) -> None:
        """Count texts that pass through the host; raises HostMustNotBeFlooded."""
        self.host_bytes += sum(len(text.encode(errors="surrogatepass")) for text in texts)
        if self.host_bytes > self.limits.host_bytes:
            raise HostMustNotBeFlooded(f"{self.limits.host_bytes} bytes are allowed")


CURRENT: ContextVar[Call] = ContextVar("plugin_call")


def milliseconds_left() -> int:
    """Return how long the current call may still take, one at least: for databases, 0 is no bound."""
    return max(1, CURRENT.get().milliseconds_left)


def linker_of(*, engine: Engine, component: Component, interfaces: frozenset[str]) -> Linker:
    """Return what links a component to the granted interfaces; all others trap: the second gate."""
    linker = Linker(engine.wasm)
    with linker.root() as root:
        for interface in sorted(interfaces):
            with root.add_instance(qualified(interface)) as instance:
                for name in FUNCTIONS[interface]:
                    instance.add_func(
                        name, _log if interface == "logging" else _answering(f"{interface}.{name}")
                    )
        for wasi, functions in WASI_FUNCTIONS.items():
            with root.add_instance(wasi) as instance:
                for name, function in functions.items():
                    instance.add_func(name, _guarded(function))
    linker.define_unknown_imports_as_traps(component)
    return linker


def _guarded(function: Callable[..., Any]) -> Callable[..., Any]:
    def guarded(store: Any, *arguments: Any) -> Any:
        call = CURRENT.get()
        try:
            call.signals.deliver()
            return function(store, *arguments)
        except BaseException as error:  # noqa: BLE001
            call.stopped_by = call.stopped_by or error
        raise WasmtimeError("cortex: stopped by the host")

    return guarded


@_guarded
def _log(_: Any, level: str, message: str) -> None:
    call = CURRENT.get()
    call.begin(level, message)
    if len(call.log) < LINES_MAX:
        call.log.append((level if level in LEVELS else "info", one_line(message[:LINE_MAX])))


def _answering(name: str) -> Callable[..., Any]:
    @_guarded
    def answer(_: Any, request: str) -> Variant:
        call = CURRENT.get()
        call.begin(request)
        tag, text = _answer(call.answers[name], request)
        call.move(text)
        return Variant(tag, text)

    return answer


def _answer(function: Answer, request: str) -> tuple[str, str]:
    """Return an answer or a refusal; what is neither is the host's mistake and goes on as an exception."""
    try:
        return "ok", function(request)
    except CortexError as error:
        return "err", json.dumps({"code": error.code, "message": error.message[:LINE_MAX]})
