# SPDX-License-Identifier: Apache-2.0
"""Which functions the host may call, and how a call becomes a call of one of them."""

import json
import re
import traceback
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from cortex_sdk.errors import Rejected

_TRACE_MAX = 3_000
_MOUNT = re.compile(r"^/\d+/")


@dataclass(frozen=True)
class Context:
    """For whom a handler is called. `company` is a code, `at` an ISO instant in UTC."""

    company: str
    plugin: str
    version: str
    at: str
    settings: Mapping[str, Any] = field(default_factory=dict)


Handler = Callable[[Any, Context], Any]
_handlers: dict[str, Handler] = {}


def handler(function: Handler) -> Handler:
    """Let the host call this function by its name, with the input and a Context."""
    if function.__name__ in _handlers:
        raise ValueError(f"two handlers are named {function.__name__}")
    _handlers[function.__name__] = function
    return function


def names() -> list[str]:
    """Return the names of all handlers."""
    return sorted(_handlers)


def require(expected: Iterable[str]) -> None:
    """Raise LookupError where the manifest names a handler that no function was made."""
    if missing := sorted(set(expected) - set(_handlers)):
        raise LookupError(f"plugin.yaml names {', '.join(missing)}; handlers are {', '.join(names())}")


def call(name: str, request: str) -> str:
    """Call a handler; return {"answer"} or, of a validator that says no, {"rejected", "remedy"}.

    Raises: KeyError for a name that is no handler's, and whatever the handler raises.
    """
    told = json.loads(request)
    try:
        return json.dumps({"answer": _handlers[name](told["input"], _context(told["context"]))}, default=str)
    except Rejected as error:
        return json.dumps({"rejected": error.reason, "remedy": error.remedy})


def _context(told: Mapping[str, Any]) -> Context:
    """Return what this release knows of a context: a later host may say more."""
    return Context(**{each.name: told[each.name] for each in fields(Context) if each.name in told})


def told(error: BaseException) -> str:
    """Return what its author needs of an exception: type, message, and the lines of their own code."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if "cortex_sdk" not in frame.filename]
    for frame in own:
        # The builder mounts each folder under a number.
        frame.filename = _MOUNT.sub("", frame.filename)
    lines = "".join(traceback.format_list(own) + traceback.format_exception_only(error))
    message = f"{type(error).__name__}: {error}"
    return json.dumps({"message": message[:500], "traceback": lines[-_TRACE_MAX:]})
