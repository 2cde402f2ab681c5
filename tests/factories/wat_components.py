# SPDX-License-Identifier: Apache-2.0
"""Components written by hand: a few bytes that do one thing, compiled in this process."""

from typing import Any

from wasmtime import wat2wasm
from wasmtime.component import Component

from apps.plugins.adapters.sandbox.call_component import Answered, Loaded, call_component
from apps.plugins.adapters.sandbox.engine import engine
from apps.plugins.adapters.sandbox.host_functions import linker_of
from apps.plugins.adapters.sandbox.interfaces import require_allowed_imports
from apps.plugins.domain.limits import Limits

LIMITS = Limits(milliseconds=2_000, fuel=100_000_000)
# The answer is the text at 1024: `tag`, then where it lies and how long it is.
_CALL = """
(core module $main
  (memory (export "memory") 1)
  (global $free (mut i32) (i32.const 4096))
  (data (i32.const 1024) "{text}")
  (func (export "realloc") (param i32 i32 i32 i32) (result i32)
    (global.get $free) (global.set $free (i32.add (global.get $free) (local.get 3))))
  (func (export "call") (param i32 i32 i32 i32) (result i32)
    (i32.store8 (i32.const 512) (i32.const {tag}))
    (i32.store (i32.const 516) (i32.const 1024))
    (i32.store (i32.const 520) (i32.const {length}))
    (i32.const 512)))
(core instance $i (instantiate $main))
(func (export "call") (param "handler" string) (param "request" string)
  (result (result string (error string)))
  (canon lift (core func $i "call") (memory (core memory $i "memory")) (realloc (core func $i "realloc"))))
"""


def component(*parts: str, answer: str = '{"answer": 1}', is_error: bool = False, call: str = "") -> bytes:
    """Return a component that answers so after what its other parts do when it is instantiated."""
    written = answer.encode()
    escaped = "".join(f"\\{byte:02x}" for byte in written)
    told = {"{text}": escaped, "{length}": str(len(written)), "{tag}": str(int(is_error))}
    ending = call or _CALL
    for place, text in told.items():
        ending = ending.replace(place, text)
    return bytes(wat2wasm(f"(component {' '.join(parts)} {ending})"))


def importing(interface: str, function: str, kind: str, core: str = "(func)", arguments: str = "") -> str:
    """Return parts that import a function and call it from a start function, dropping what it answers."""
    drop = "drop" if "result" in core else ""
    return f"""
    (import "{interface}" (instance $from (export "{function}" (func {kind}))))
    (core module $memory (memory (export "m") 1) (func (export "r") (param i32 i32 i32 i32) (result i32)
      i32.const 64))
    (core instance $with (instantiate $memory))
    (core func $to (canon lower (func $from "{function}")
      (memory (core memory $with "m")) (realloc (core func $with "r"))))
    (core module $starts
      (import "a" "f" (func $f {core[5:-1]})) (func $s {arguments} call $f {drop}) (start $s))
    (core instance (instantiate $starts (with "a" (instance (export "f" (func $to))))))
    """


def loaded(wasm: bytes, *, is_checked: bool = True) -> Loaded:
    """Return a component that is ready to be called; without the gate where `is_checked` says so."""
    ours = engine()
    found = Component(ours.wasm, wasm)
    if is_checked:
        require_allowed_imports(engine=ours.wasm, component=found)
    return Loaded(ours, found, linker_of(engine=ours, component=found, interfaces=frozenset({"logging"})))


def told(wasm: bytes, *, limits: Limits = LIMITS, is_checked: bool = True) -> Answered:
    """Call it."""
    request: dict[str, Any] = {"input": None, "context": {}}
    return call_component(
        loaded=loaded(wasm, is_checked=is_checked), handler="h", request=request, answers={}, limits=limits
    )
