# SPDX-License-Identifier: Apache-2.0
"""Types of the component model as texts, to hold what a component wants against what the host has."""

from collections.abc import Sequence

from wasmtime import component as wasm

# No type of ours is deeper; a type may share its parts, so that its whole text would be endless.
_LEVELS_MAX, _FIELDS_MAX = 5, 20


def type_text(found: object, levels: int = _LEVELS_MAX) -> str:
    """Return such as `func(string) -> result<string, string>`, without names of parameters and resources."""
    if not levels:
        return "…"
    match found:
        case wasm.FuncType():
            result = f" -> {type_text(found.result, levels - 1)}" if found.result is not None else ""
            return f"func({_listed([each for _, each in found.params], levels)}){result}"
        case wasm.ListType():
            return f"list<{type_text(found.element, levels - 1)}>"
        case wasm.TupleType():
            return f"tuple<{_listed(found.elements, levels)}>"
        case wasm.ResultType():
            return f"result<{_listed([found.ok, found.err], levels)}>"
        case wasm.RecordType():
            fields = found.fields[:_FIELDS_MAX]
            return f"record{{{', '.join(f'{name}: {type_text(each, levels - 1)}' for name, each in fields)}}}"
        case None:
            return "_"
    return type(found).__name__.removesuffix("Type").lower()


def _listed(found: Sequence[object], levels: int) -> str:
    return ", ".join(type_text(each, levels - 1) for each in found[:_FIELDS_MAX])
