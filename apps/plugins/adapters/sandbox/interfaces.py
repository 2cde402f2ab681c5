# SPDX-License-Identifier: Apache-2.0
"""What a component may want of the host: the first of three gates, closed before a component is installed."""

from wasmtime import Engine
from wasmtime.component import Component

from apps.plugins.domain.call_errors import ComponentMustBeAllowed

PACKAGE, VERSION, WASI = "cortex:plugin", "1.0.0", "0.2.9"
FUNCTIONS = {
    "logging": ("log",),
    "data": ("query",),
    "events": ("emit",),
    "store": ("read", "write", "keys"),
}
# All of these are inert: five functions are the host's own, and the others trap when they are called.
_WASI_ALLOWED = tuple(f"wasi:{name}/" for name in ("cli", "clocks", "random", "io", "filesystem", "sockets"))


def qualified(interface: str) -> str:
    """Return the full name of an interface of ours."""
    return f"{PACKAGE}/{interface}@{VERSION}"


def require_allowed_imports(*, engine: Engine, component: Component) -> None:
    """Raise ComponentMustBeAllowed where the component imports anything else."""
    ours = {qualified(name) for name in FUNCTIONS}
    names = component.type.imports(engine)
    refused = sorted(name for name in names if name not in ours and not name.startswith(_WASI_ALLOWED))
    if refused:
        raise ComponentMustBeAllowed(
            f"The component imports {', '.join(refused)[:300]}; expected interfaces of {PACKAGE} {VERSION}.",
            evidence={
                "expected": sorted(ours),
                "got": refused,
                "remedy": "Build it with `cortex plugin build`.",
            },
        )
