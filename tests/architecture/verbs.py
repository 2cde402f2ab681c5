# SPDX-License-Identifier: Apache-2.0
"""Verbs and leaves as the sources have them: who asks for an action that changes something, whom it calls.

Calls are followed to functions of the same module and to those that the module imports by name.
"""

import ast
import importlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from cortex.policy.actions import find_action

ROOT = Path(__file__).parents[2]
TABLE_OF_VERBS = "apps.audit.domain.verb_kinds"
_VERB = re.compile(r"[a-z_]+(\.[a-z_0-9]+){2}")
LEFT_OUT = {"migrations", "books", "admin", "views", "pages", "backoffice"}


@dataclass(frozen=True, slots=True)
class Function:
    """One function, the places that it may call, and the actions that it asks for: None where it is told."""

    place: str
    calls: frozenset[str]
    asks: frozenset[str | None]
    appends: bool


@cache
def functions() -> Mapping[str, Function]:
    """Return every function of the rooms below the doors, nested ones as part of the outer."""
    return {
        f"{module}.{node.name}": _function(module, node, _imported(tree))
        for module, tree in _modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
    }


def asking_verbs() -> list[Function]:
    """Return the functions that require an action that changes something, themselves or by a helper.

    A helper requires what it is told, and is no verb.
    """
    return [each for each in functions().values() if any(_changes(action) for action in each.asks)]


def leaves_a_leaf(function: Function) -> bool:
    """Return whether a chain of calls leads from the function to the audit log."""
    seen, waiting = {function.place}, [function]
    while waiting:
        here = waiting.pop()
        if here.appends:
            return True
        further = [functions()[place] for place in here.calls - seen if place in functions()]
        seen |= here.calls
        waiting += further
    return False


def is_recorded(function: Function) -> bool:
    """Return whether the function leaves a leaf or, where it only helps to ask, all that call it do."""
    if leaves_a_leaf(function):
        return True
    if not function.place.rpartition(".")[2].startswith(("_", "require")):
        return False
    callers = [each for each in functions().values() if function.place in each.calls and each is not function]
    return bool(callers) and all(map(is_recorded, callers))


def verbs_of_leaves() -> Mapping[str, str]:
    """Return each verb of a leaf that is written down in the sources, with a module that leaves it."""
    found: dict[str, str] = {}
    for module, tree in _modules(left_out=frozenset({"migrations"})):
        for node in ast.walk(tree):
            if isinstance(node, ast.keyword) and node.arg == "verb":
                for value in _values(module, node.value):
                    # Verbs have a context; a word without a dot is something else of that name.
                    if "." in value:
                        found.setdefault(value, module)
    return found


def words_like_verbs() -> Mapping[str, str]:
    """Return each word of three parts, such as a verb is, with a module that has it as a text."""
    found: dict[str, str] = {}
    for module, tree in _modules(left_out=frozenset({"migrations"})):
        for node in ast.walk(tree):
            word = node.value if isinstance(node, ast.Constant) else None
            # A table of verbs shows nothing; modules and tasks begin with where they live.
            is_one = isinstance(word, str) and _VERB.fullmatch(word) and module != TABLE_OF_VERBS
            if is_one and not str(word).startswith(("apps.", "cortex.")):
                found.setdefault(str(word), module)
    return found


def _modules(*, left_out: frozenset[str] = frozenset(LEFT_OUT)) -> Iterator[tuple[str, ast.Module]]:
    for package in ("apps", "cortex"):
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            if not left_out & set(parts):
                yield ".".join(parts), _tree(path)


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _imported(tree: ast.Module) -> dict[str, str]:
    """Return the place behind each name that a module imports from the program."""
    return {
        (each.asname or each.name): f"{node.module}.{each.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(("apps", "cortex"))
        for each in node.names
    }


def _function(module: str, function: ast.FunctionDef, imported: Mapping[str, str]) -> Function:
    calls, asks, appends = set[str](), set[str | None](), False
    for node in ast.walk(function):
        # A name that is mentioned may be called later by whoever it is handed to.
        if isinstance(node, ast.Name):
            calls.add(imported.get(node.id, f"{module}.{node.id}"))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self":
            calls.add(f"{module}.{node.attr}")
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute | ast.Name):
            name = ast.unparse(node.func)
            appends |= name.endswith(".append") and "AuditLog" in name
            if name.endswith("get(Authorizer).require") or "require" in name.rpartition(".")[2]:
                asks |= _asked(module, node, is_direct="Authorizer" in name)
    return Function(f"{module}.{function.name}", frozenset(calls), frozenset(asks), appends)


def _asked(module: str, call: ast.Call, *, is_direct: bool) -> set[str | None]:
    given = [*call.args, *(keyword.value for keyword in call.keywords)]
    actions = {value for each in given for value in _values(module, each) if find_action(value)}
    return {*actions} or ({None} if is_direct else set())


def _values(module: str, node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _values(module, node.body)
        yield from _values(module, node.orelse)
    elif isinstance(node, ast.Call):
        for each in node.args:
            yield from _values(module, each)
    elif isinstance(node, ast.Name):
        value: Any = getattr(importlib.import_module(module), node.id, None)
        if isinstance(value, str):
            yield value


def _changes(action: str | None) -> bool:
    declared = find_action(action) if action else None
    return declared is not None and declared.group == "write"
