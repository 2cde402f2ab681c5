# SPDX-License-Identifier: Apache-2.0
"""Call a handler of a component: a fresh store for each call, closed whatever happens."""

import json
import re
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from wasmtime import ExitTrap, Store, Trap, WasmtimeError
from wasmtime.component import Component, Linker, _enter

from apps.plugins.adapters.sandbox.engine import Engine
from apps.plugins.adapters.sandbox.host_functions import CURRENT, Answer, Call
from apps.plugins.adapters.sandbox.read_answer import read_answer
from apps.plugins.adapters.sandbox.signals import waiting_signals
from apps.plugins.domain import call_errors
from apps.plugins.domain.limits import Limits

# Wasmtime's errors have no codes: these are its causes. What stands before a cause are names of the plugin's.
_CAUSES: tuple[tuple[str, type[call_errors.PluginCallFailed]], ...] = (
    ("wasm trap: interrupt", call_errors.CallMustEndInTime),
    ("(?:wasm trap: )?all fuel consumed by WebAssembly", call_errors.CallMustStayWithinFuel),
    ("unknown import: `.*` has not been defined", call_errors.InterfaceMustBeGranted),
)
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
    with waiting_signals() as signals:
        call = Call(limits=limits, answers=answers, signals=signals)
        token = CURRENT.set(call)
        try:
            return _answered(loaded, call, handler, text)
        except call_errors.PluginCallFailed as error:
            error.evidence |= {
                "log": [list(line) for line in call.log],
                "host_calls": call.host_calls,
                "fuel": call.fuel,
            }
            raise
        finally:
            CURRENT.reset(token)


def _answered(loaded: Loaded, call: Call, handler: str, request: str) -> Answered:
    limits = call.limits
    with closing(Store(loaded.engine.wasm)) as store:
        store.set_limits(memory_size=limits.memory_bytes, **_STORE_BOUNDS)
        store.set_epoch_deadline(loaded.engine.ticks_of(milliseconds=limits.milliseconds))
        store.set_fuel(limits.fuel)
        try:
            tag, payload = _invoke(store, loaded, call, handler, request)
        finally:
            call.fuel = limits.fuel - store.get_fuel()
        told = read_answer(tag=tag, payload=payload, limits=limits)
        return Answered(**told, log=tuple(call.log), host_calls=call.host_calls, fuel=call.fuel)


def _invoke(store: Store, loaded: Loaded, call: Call, handler: str, request: str) -> tuple[str, str]:
    try:
        # What a call of another thread left there is not this call's.
        _enter.LAST_EXCEPTION = None
        instance = loaded.linker.instantiate(store, loaded.component)
        function = instance.get_func(store, "call")
        if function is None:
            raise call_errors.CallMustNotTrap("the component has no function `call`")
        result = function(store, handler, request)
        return str(result.tag), str(result.payload)
    except call_errors.PluginCallFailed:
        raise
    except Exception as error:  # noqa: BLE001
        failure = _failure(call, error)
        raise failure from (None if failure is call.stopped_by else call.stopped_by)


def _failure(call: Call, error: Exception) -> BaseException:
    """Return what a trap means: the host's own word first, since it is what made the component trap."""
    stopped = call.stopped_by
    if isinstance(stopped, Exception) and not isinstance(stopped, call_errors.PluginCallFailed):
        return call_errors.HostMustAnswer()
    if stopped is not None:
        return stopped
    if isinstance(error, ExitTrap):
        return call_errors.CallMustNotTrap(f"it exited with {error.code}")
    if not isinstance(error, WasmtimeError | Trap):
        # Its text may be of another thread's call.
        return call_errors.CallMustNotTrap(type(error).__name__)
    cause = re.sub(r"^\d+: ", "", str(error).rpartition("Caused by:")[2].strip().rpartition("\n")[2].strip())
    kinds = (kind for words, kind in _CAUSES if re.fullmatch(words, cause))
    return next(kinds, call_errors.CallMustNotTrap)(cause)
