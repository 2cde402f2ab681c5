# SPDX-License-Identifier: Apache-2.0
"""What sources do, read from their syntax tree: nothing of them is executed or imported.

The sandbox stops what these rules look for anyway. They are for people: code that hides what it does is
refused before anybody is asked to judge it.
"""

import ast
import sys
from collections.abc import Generator, Iterator, Mapping

from apps.plugins.domain.shown_text import hidden_character

# Functions that make code of a text, or find something by a name that is calculated.
_CALLS = {
    "eval": "makes code of a text",
    "exec": "makes code of a text",
    "compile": "makes code of a text",
    "__import__": "imports by a calculated name",
    "import_module": "imports by a calculated name",
    "globals": "reaches names by text",
    "vars": "reaches names by text",
    "breakpoint": "stops for a debugger",
}
# Where a library of the kind is used at all, that is what a reviewer would have to take apart.
_MODULES = {
    "ctypes": "native code",
    "cffi": "native code",
    "importlib": "imports by a calculated name",
    "runpy": "runs files",
    "code": "makes code of a text",
    "codeop": "makes code of a text",
    "marshal": "reads code from bytes",
    "pickle": "reads code from bytes",
    "shelve": "reads code from bytes",
    "subprocess": "other processes",
    "multiprocessing": "other processes",
    "threading": "threads",
    "socket": "the network",
    "ssl": "the network",
    "urllib.request": "the network",
    "http.client": "the network",
    "http.server": "the network",
    "ftplib": "the network",
    "smtplib": "the network",
    "inspect": "other code's insides",
    "gc": "other code's insides",
    "builtins": "Python's own names",
    "wit_world": "the host, past the SDK",
    "cortex_sdk._host": "the host, past the SDK",
    "cortex_sdk._guest": "the host, past the SDK",
    "cortex_sdk._handlers": "the host, past the SDK",
    "componentize_py_runtime": "the host, past the SDK",
}
_ATTRIBUTES = frozenset(
    {
        "__subclasses__",
        "__globals__",
        "__builtins__",
        "__code__",
        "__mro__",
        "__bases__",
        "__loader__",
        "__spec__",
    }
)
_SDK = "cortex_sdk"
LINE_MAX = 500


def broken_rules(files: Mapping[str, bytes]) -> Iterator[str]:
    """Yield a sentence with file and line for each thing that is refused."""
    for name, content in sorted(files.items()):
        tree = yield from _tree(name, content)
        if tree is not None:
            yield from (f"{name}, line {line}: {told}" for line, told in _found(tree))


def strange_imports(files: Mapping[str, bytes]) -> Iterator[str]:
    """Yield each module that is neither Python's own, nor the SDK, nor a file of the plugin's own."""
    own = {name.removesuffix(".py").split("/")[0] for name in files}
    known = own | {_SDK} | set(sys.stdlib_module_names)
    for name, content in sorted(files.items()):
        for line, module in _imports(ast.parse(content)):
            if module and module.split(".")[0] not in known:
                yield f"{name}, line {line}: {module}"


def _tree(name: str, content: bytes) -> Generator[str, None, ast.AST | None]:
    """Yield what makes a text unreadable, and return its tree."""
    try:
        text = content.decode()
        tree = ast.parse(content)
    except (UnicodeDecodeError, SyntaxError, ValueError, RecursionError, MemoryError) as error:
        yield f"{name}: cannot be read ({type(error).__name__})"
        return None
    for number, line in enumerate(text.split("\n"), start=1):
        # Tabs and the carriage return of another system's lines mislead nobody.
        if found := hidden_character(line.replace("\t", " ").removesuffix("\r")):
            yield f"{name}, line {number}: {found} hides or moves what is read"
        elif len(line) > LINE_MAX:
            yield f"{name}, line {number}: {len(line)} characters, which nobody reads"
    return tree


def _found(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name in _refused_calls(node):
                yield node.lineno, f"{name}() {_CALLS[name]}"
            case ast.Name(id=name, ctx=ast.Load()) if name in ("eval", "exec", "__import__", "__builtins__"):
                yield node.lineno, f"{name} makes code of a text, or reaches what does"
            case ast.Attribute(attr=name) if name in _ATTRIBUTES:
                yield node.lineno, f"{name} leads out of what the code says"
            case ast.Import() | ast.ImportFrom():
                yield from _imported(node)


def _refused_calls(call: ast.Call) -> frozenset[str]:
    """Return the names that are refused for this call: `re.compile` makes no code."""
    is_method = isinstance(call.func, ast.Attribute)
    return frozenset({"import_module", "__import__"}) if is_method else frozenset(_CALLS)


def _imported(node: ast.Import | ast.ImportFrom) -> Iterator[tuple[int, str]]:
    for line, module in _imports(node):
        parts = module.split(".")
        for length in range(len(parts), 0, -1):
            if told := _MODULES.get(".".join(parts[:length])):
                yield line, f"imports {module}: {told}"
                break


def _imports(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield each module that is imported from outside, with members that may be modules."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, each.name) for each in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            yield from ((node.lineno, f"{node.module}.{each.name}") for each in node.names)
