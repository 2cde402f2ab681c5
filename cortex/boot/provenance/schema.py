# SPDX-License-Identifier: Apache-2.0
"""Which schema this program expects: its own last migrations, read from their files and not from a database.

Migrations of libraries come with the libraries, which the lock digest names.
"""

import ast
import hashlib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from cortex.boot.provenance.places import ROOT

_HOUSES = ("apps", "cortex")


@cache
def schema_head() -> str:
    """Return the SHA-256 of `schema_leaves()`, one `app name` a line."""
    lines = [f"{app} {leaf}\n" for app, leaves in schema_leaves().items() for leaf in leaves]
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def schema_leaves(*, root: Path = ROOT) -> Mapping[str, list[str]]:
    """Return the migrations that no other of their app follows, by app; several mean that two lines met."""
    found = {}
    for directory in sorted(path for house in _HOUSES for path in (root / house).glob("*/migrations")):
        names = sorted(file.stem for file in directory.glob("[!_]*.py"))
        if names:
            followed = set(_followed(directory, names=names)) if len(names) > 1 else set()
            found[directory.parent.name] = [name for name in names if name not in followed]
    return found


def _followed(directory: Path, *, names: list[str]) -> Iterator[str]:
    app = directory.parent.name
    for name in names:
        for dependency in _dependencies((directory / f"{name}.py").read_text(encoding="utf-8")):
            if dependency[:1] == [app]:
                yield dependency[1]


def _dependencies(source: str) -> Iterator[list[str]]:
    """Yield the literal pairs of `dependencies`; a swappable one is a call, and names another app."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Assign) and [getattr(target, "id", "") for target in node.targets] == [
            "dependencies"
        ]:
            for pair in getattr(node.value, "elts", []):
                if isinstance(pair, ast.Tuple):
                    yield [str(ast.literal_eval(part)) for part in pair.elts]
