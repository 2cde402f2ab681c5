# SPDX-License-Identifier: Apache-2.0
"""The sandbox of this process, and code that is compiled for it meanwhile.

Wasmtime, its engine and its thread come with the first call of a process, so after any fork.
"""

import threading
from collections.abc import Callable
from functools import cache

import structlog

from apps.plugins.adapters.compiled_place import compiled_components
from apps.plugins.adapters.sandbox.sandbox import Sandbox

_compiling: set[str] = set()
# What this process has found compiled once: its seal is looked at again when it is loaded.
_compiled: set[str] = set()
_lock = threading.Lock()
_log = structlog.get_logger(__name__)


@cache
def sandbox() -> Sandbox:
    """Return the sandbox of this process."""
    return Sandbox(compiled=compiled_components())


def is_compiled(*, digest: str) -> bool:
    """Tell whether code of this component lies on this machine, sealed by this installation."""
    if digest not in _compiled and compiled_components().has(digest=digest):
        _compiled.add(digest)
    return digest in _compiled


def compile_aside(*, digest: str, component: Callable[[], bytes]) -> None:
    """Let a thread compile the component, once at a time: it takes seconds, in a process of its own."""
    with _lock:
        if digest in _compiling:
            return
        _compiling.add(digest)
    # Read here: a thread would have a connection of its own, which nobody closes.
    wasm, place = component(), compiled_components()

    def work() -> None:
        try:
            place.compile(wasm=wasm)
        except Exception as error:  # noqa: BLE001 - the next call tells it to whoever asks
            _log.warning("plugin_not_compiled", component=digest, exc_info=error)
        finally:
            _compiling.discard(digest)

    threading.Thread(target=work, daemon=True, name="plugin-compiler").start()
