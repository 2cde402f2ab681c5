# SPDX-License-Identifier: Apache-2.0
"""What a component may want of the host: the first of three gates, closed before a component is installed.

Names are not enough: wasmtime-py converts what a function answers to the type that the component imports,
and where it cannot, the error travels in a module's global and reaches somebody else's call.
"""

from collections.abc import Iterator, Mapping

from wasmtime import Engine
from wasmtime.component import Component, ComponentInstanceType, FuncType

from apps.plugins.adapters.sandbox.type_text import type_text
from apps.plugins.domain.call_errors import ComponentMustBeAllowed

PACKAGE, VERSION, WASI = "cortex:plugin", "1.0.0", "0.2.9"
_ANSWERED = "func(string) -> result<string, string>"
# Source: apps/plugins/sdk/wit/cortex-plugin.wit.
FUNCTIONS: Mapping[str, Mapping[str, str]] = {
    "logging": {"log": "func(string, string)"},
    "data": {"query": _ANSWERED},
    "events": {"emit": _ANSWERED},
    "store": {"read": _ANSWERED, "write": _ANSWERED, "keys": _ANSWERED},
    "commands": {"propose": _ANSWERED},
    "http": {"send": _ANSWERED},
}
CALL = "func(string, string) -> result<string, string>"
_TIME = "record{seconds: u64, nanoseconds: u32}"
# Source: WASI 0.2.9. What the host answers itself; any release of WASI 0.2 links to it.
WASI_TYPES: Mapping[str, Mapping[str, str]] = {
    "wasi:clocks/wall-clock": {"now": f"func() -> {_TIME}", "resolution": f"func() -> {_TIME}"},
    "wasi:clocks/monotonic-clock": {"now": "func() -> u64", "resolution": "func() -> u64"},
    "wasi:random/random": {"get-random-bytes": "func(u64) -> list<u8>", "get-random-u64": "func() -> u64"},
    "wasi:cli/environment": {
        "get-environment": "func() -> list<tuple<string, string>>",
        "get-arguments": "func() -> list<string>",
    },
    "wasi:filesystem/preopens": {"get-directories": "func() -> list<tuple<own, string>>"},
}
# All of these are inert: five interfaces are the host's own, and the others trap when they are called.
_WASI_ALLOWED = tuple(f"wasi:{name}/" for name in ("cli", "clocks", "random", "io", "filesystem", "sockets"))


def qualified(interface: str) -> str:
    """Return the full name of an interface of ours."""
    return f"{PACKAGE}/{interface}@{VERSION}"


_OURS = {qualified(name): functions for name, functions in FUNCTIONS.items()}


def require_allowed_imports(*, engine: Engine, component: Component) -> None:
    """Raise ComponentMustBeAllowed where it imports anything else, or exports no `call` of the contract."""
    kind = component.type
    imports = {name: each.ty for name, each in kind.imports(engine).items()}
    if refused := sorted(
        name for name in imports if name not in _OURS and not name.startswith(_WASI_ALLOWED)
    ):
        raise _refused("imports", refused)
    if refused := [told for name, each in imports.items() for told in _otherwise(engine, name, each)]:
        raise _refused("imports", refused)
    exported = kind.exports(engine).get("call")
    if (got := type_text(exported.ty) if exported else "none") != CALL:
        raise _refused("exports", [f"call: {got}, not {CALL}"])


def _otherwise(engine: Engine, name: str, found: object) -> Iterator[str]:
    """Yield the functions of an import that are not of the type that the host answers with."""
    if not isinstance(found, ComponentInstanceType):
        yield f"{name}: {type_text(found)}, not an interface"
        return
    expected = _OURS.get(name) or WASI_TYPES.get(name.partition("@")[0], {})
    for function, extern in found.exports(engine).items():
        got = extern.ty
        known = expected.get(function)
        if name in _OURS and known is None:
            yield f"{name}.{function}"
        elif known is not None and not (isinstance(got, FuncType) and type_text(got) == known):
            yield f"{name}.{function}: {type_text(got)}, not {known}"


def _refused(does: str, what: list[str]) -> ComponentMustBeAllowed:
    return ComponentMustBeAllowed(
        f"The component {does} {', '.join(what)[:300]}; expected interfaces of {PACKAGE} {VERSION}.",
        evidence={"expected": sorted(_OURS), "got": what, "remedy": "Build it with `cortex plugin build`."},
    )
