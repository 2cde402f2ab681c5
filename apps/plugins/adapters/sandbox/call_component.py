# SPDX-License-Identifier: Apache-2.0
"""Call a handler of a component: a fresh store for each call, closed whatever happens."""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from wasmtime import ExitTrap, Store, Trap, WasmtimeError
from wasmtime.component import Component, Linker

from apps.plugins.adapters.sandbox.engine import Engine
from apps.plugins.adapters.sandbox.host_functions import CURRENT, Answer, Call
from apps.plugins.domain import call_errors
from apps.plugins.domain.limits import Limits

# Wasmtime's errors have no codes: these are words of its texts, the first that fits decides.
_CAUSES: tuple[tuple[str, type[call_errors.PluginCallFailed]], ...] = (
    ("wasm trap: interrupt", call_errors.CallMustEndInTime),
    ("all fuel consumed", call_errors.CallMustStayWithinFuel),
    ("has not been defined", call_errors.InterfaceMustBeGranted),
)
REASON_MAX = 1_000
# One memory, and what CPython needs of the rest.
_STORE_BOUNDS = {"memories": 1, "tables": 4, "instances": 64, "table_elements": 20_000}


@dataclass(frozen=True, slots=True)
class Loaded:
    """A component that is ready to be called in this process."""

    engine: Engine
    component: Component
    linker: Linker


@dataclass(frozen=True, slots=True)
class Answered:
    """What came of a call: the answer, the plugin's log and what it used. Units: as in Limits.

    `rejected` is a validator's reason to say no, with `remedy`; both are empty where it does not.
    """

    answer: Any
    rejected: str
    remedy: str
    log: tuple[tuple[str, str], ...]
    host_calls: int
    fuel: int


def call_component(
    *, loaded: Loaded, handler: str, request: Mapping[str, Any], answers: Mapping[str, Answer], limits: Limits
) -> Answered:
    """Call `handler` and return its answer; raises a PluginCallFailed, which carries the plugin's log."""
    text = json.dumps(request)
    if len(text.encode()) > limits.input_bytes:
        raise call_errors.RequestMustFit(f"{len(text.encode())} bytes, {limits.input_bytes} are allowed")
    call = Call(limits=limits, answers=answers)
    token = CURRENT.set(call)
    store = _store(loaded.engine, limits)
    try:
        told = _told(_invoke(store, loaded, call, handler, text), limits)
        used = limits.fuel - store.get_fuel()
        return Answered(**told, log=tuple(call.log), host_calls=call.host_calls, fuel=used)
    except call_errors.PluginCallFailed as error:
        error.evidence["log"] = [list(line) for line in call.log]
        raise
    finally:
        CURRENT.reset(token)
        store.close()


def _store(engine: Engine, limits: Limits) -> Store:
    store = Store(engine.wasm)
    store.set_limits(memory_size=limits.memory_bytes, **_STORE_BOUNDS)
    store.set_epoch_deadline(engine.ticks_of(milliseconds=limits.milliseconds))
    store.set_fuel(limits.fuel)
    return store


def _invoke(store: Store, loaded: Loaded, call: Call, handler: str, request: str) -> Any:
    try:
        instance = loaded.linker.instantiate(store, loaded.component)
        function = instance.get_func(store, "call")
        if function is None:
            raise call_errors.CallMustNotTrap("the component has no function `call`")
        return function(store, handler, request)
    except (WasmtimeError, Trap, ExitTrap) as error:
        raise _failure(call, error) from call.stopped_by


def _failure(call: Call, error: Exception) -> BaseException:
    """Return what a trap means: the host's own word first, since it is what made the component trap."""
    stopped = call.stopped_by
    if isinstance(stopped, call_errors.PluginCallFailed):
        return stopped
    if isinstance(stopped, Exception):
        return call_errors.HostMustAnswer()
    if stopped is not None:
        return stopped
    if isinstance(error, ExitTrap):
        return call_errors.CallMustNotTrap(f"it exited with {error.code}")
    told = str(error)
    cause = told.rsplit("Caused by:", 1)[-1].strip()
    return next((kind for words, kind in _CAUSES if words in told), call_errors.CallMustNotTrap)(cause)


def _told(result: Any, limits: Limits) -> dict[str, Any]:
    """Return answer, reason and remedy; whoever wrote the component may have answered anything."""
    if result.tag == "err":
        raise _of_the_plugin(result.payload[: limits.output_bytes])
    size = len(result.payload.encode(errors="surrogatepass"))
    if size > limits.output_bytes:
        raise call_errors.AnswerMustFit(f"{size} bytes, {limits.output_bytes} are allowed")
    told: Any = None
    with suppress(ValueError, RecursionError):
        told = json.loads(result.payload, parse_constant=_no_constant)
    match told:
        case {"answer": answer} if len(told) == 1:
            return {"answer": answer, "rejected": "", "remedy": ""}
        case {"rejected": str(reason), "remedy": str(remedy)} if len(told) == 2 and reason:
            return {"answer": None, "rejected": reason[:REASON_MAX], "remedy": remedy[:REASON_MAX]}
    raise call_errors.AnswerMustBeWellFormed(ascii(result.payload[:80]))


def _no_constant(name: str) -> None:
    raise ValueError(name)


def _of_the_plugin(payload: str) -> call_errors.PluginMustSucceed:
    told: Any = None
    with suppress(ValueError, RecursionError):
        told = json.loads(payload)
    if not isinstance(told, dict):
        return call_errors.PluginMustSucceed(payload)
    trace = str(told.get("traceback", ""))[:4_000]
    return call_errors.PluginMustSucceed(str(told.get("message", "")), evidence={"traceback": trace})
