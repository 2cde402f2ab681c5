# SPDX-License-Identifier: Apache-2.0
"""Which functions an author's sources make handlers, told without running them."""

import ast
from collections.abc import Iterator, Mapping

from apps.plugins.adapters.building.errors import PluginMustBuild

_DECORATOR = "handler"


def decorated_handlers(*, sources: Mapping[str, bytes]) -> frozenset[str]:
    """Return the names of functions under `@handler`; raises PluginMustBuild for what is no Python."""
    return frozenset(name for place, content in sources.items() for name in _decorated(place, content))


def _decorated(place: str, content: bytes) -> Iterator[str]:
    try:
        module = ast.parse(content)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = getattr(error, "lineno", None) or 1
        raise PluginMustBuild(
            f"{place}, line {line}: this is no Python: {error.args[0] if error.args else error}.",
            evidence={"object": place, "line": line, "remedy": f"Correct {place}, line {line}."},
        ) from None
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef) and any(map(_is_handler, node.decorator_list)):
            yield node.name


def _is_handler(decorator: ast.expr) -> bool:
    name = decorator.attr if isinstance(decorator, ast.Attribute) else getattr(decorator, "id", "")
    return name == _DECORATOR
