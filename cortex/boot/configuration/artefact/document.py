# SPDX-License-Identifier: Apache-2.0
"""Strict documents: one mapping of names to values, in a subset of YAML and JSON that means one thing.

Every scalar stays the text that stands there: `no`, `010` and `1:30` mean what they mean in the
environment. Null is refused: a name without a value is left out.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cortex.boot.configuration.artefact.errors import FileMustBeReadable, FileMustBeWellFormed, refused
from cortex.boot.configuration.artefact.strict_json import json_members
from cortex.boot.configuration.artefact.strict_yaml import yaml_members
from cortex.boot.configuration.artefact.unclear import Unclear

BYTES_MAX = 256 * 1024
KINDS = {".yaml": yaml_members, ".yml": yaml_members, ".json": json_members}


@dataclass(frozen=True)
class Member:
    """One value of a document: texts, lists and mappings of them; and the line of its name."""

    given: Any = field(repr=False)
    line: int


def require_known_kind(path: Path) -> None:
    """Refuse a file whose name does not say how to read it."""
    if path.suffix not in KINDS:
        raise refused(
            FileMustBeReadable, path, f"expected a file called {', '.join(f'*{k}' for k in KINDS)}."
        )


def members_of(content: bytes, *, path: Path) -> Mapping[str, Member]:
    """Return the values of a document by name; raises FileMustBeWellFormed with the line."""
    try:
        text = content.decode("utf-8")
        found = KINDS[path.suffix](text)
    except UnicodeDecodeError:
        raise refused(FileMustBeWellFormed, path, "expected UTF-8, got other bytes.") from None
    except Unclear as error:
        where = f"{path}:{error.line}" if error.line else path
        raise refused(FileMustBeWellFormed, where, f"{error}.") from None
    return {name: Member(given, line=line) for name, given, line in found}
