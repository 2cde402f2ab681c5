# SPDX-License-Identifier: Apache-2.0
"""What authors hand to `cortex plugin run`: files of JSON, and an instant."""

import argparse
import json
import os
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

from cortex.errors import Malformed


class FileMustHoldJson(Malformed):
    """A file that should hold JSON cannot be read, or holds something else."""

    code = "plugins.file_must_hold_json"


class RowsMustBeListed(Malformed):
    """A file of rows holds another shape than a list of objects for each entity."""

    code = "plugins.rows_must_be_listed"


def json_of(path: Path | None) -> Any:
    """Return what a file holds, or an empty object where none was named; raises FileMustHoldJson."""
    if path is None:
        return {}
    try:
        return json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise FileMustHoldJson(f"File {path}: expected JSON, got: {error}.") from error


def rows_of(path: Path | None) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """Return the rows of a file by entity; raises FileMustHoldJson, RowsMustBeListed."""
    told: object = json_of(path)
    if not isinstance(told, dict):
        _refuse(path, "the file", "an object", told)
    for entity, rows in told.items():
        if not isinstance(rows, list):
            _refuse(path, entity, "a list", rows)
        for number, row in enumerate(rows):
            if not isinstance(row, dict):
                _refuse(path, f"{entity}, row {number}", "an object", row)
    found: dict[str, list[dict[str, Any]]] = told
    return found


def instant(text: str) -> datetime:
    """Read an instant for argparse; without an offset it is UTC."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        told = f"expected a date or an instant such as 2026-01-31T12:00:00Z, got {text!r}"
        raise argparse.ArgumentTypeError(told) from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def authors_cache() -> Path:
    """Return where this person's programs keep what can be made again. Source: XDG Base Directory 0.8."""
    named = Path(os.environ.get("XDG_CACHE_HOME", ""))
    return (named if named.is_absolute() else Path.home() / ".cache") / "cortex-plugins"


_KINDS = {dict: "an object", list: "a list", str: "a text", bool: "true or false", type(None): "null"}


def _refuse(path: Path | None, place: str, expected: str, told: object) -> NoReturn:
    got = _KINDS.get(type(told), "a number")
    shape = '{"accounting.journal_entry": [{"id": "1"}]}'
    raise RowsMustBeListed(
        f"File {path}, {place}: expected {expected}, got {got}. Rows are listed by entity, such as {shape}",
        evidence={"object": str(path), "place": place, "expected": expected, "got": got},
    )
