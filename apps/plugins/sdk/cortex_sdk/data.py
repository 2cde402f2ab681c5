# SPDX-License-Identifier: Apache-2.0
"""Data of the company for which a handler was called, within `capabilities.data` of the manifest."""

from collections.abc import Mapping, Sequence
from typing import Any

from cortex_sdk._host import ask


def query(
    entity: str, *, fields: Sequence[str], where: Mapping[str, Any] | None = None, limit: int = 100
) -> list[dict[str, Any]]:
    """Return rows of an entity, newest first: dates as ISO texts, amounts as integers of minor units.

    `where` compares fields for equality; with the suffix `_from` or `_to` (exclusive) it bounds a field.
    Raises: Refused, where the entity, a field or the amount of rows is not granted.
    """
    rows: list[dict[str, Any]] = ask(
        "data", "query", entity=entity, fields=list(fields), where=dict(where or {}), limit=limit
    )["rows"]
    return rows
