# SPDX-License-Identifier: Apache-2.0
"""JSON of a plugin, read strictly: what comes of it can be stored, shown and sent on."""

import json
from math import isfinite
from typing import Any

DEPTH_MAX, INTEGER_MAX = 50, 2**63 - 1


class NotPlain(ValueError):
    """A text is not as it should be; its only argument says what was expected."""


def read_plain(untrusted_text: str, *, nodes_max: int) -> Any:
    """Return what a text says; raises NotPlain.

    `nodes_max` bounds members, elements and names together: an empty list takes many times
    the memory of its text.
    """
    try:
        told = json.loads(untrusted_text, parse_constant=_no_constant, object_pairs_hook=_once)
    except NotPlain:
        raise
    except (ValueError, RecursionError):
        raise NotPlain("JSON") from None
    _require_plain(told, nodes_max)
    return told


def _no_constant(name: str) -> None:
    raise ValueError(name)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse a name that stands twice: two programs would read two things."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise NotPlain("each member once")
    return found


def _require_plain(told: Any, nodes_max: int) -> None:
    """Refuse what Python reads and others do not: databases keep no NUL, UTF-8 no half of a pair."""
    level, nodes = [told], 0
    for depth in range(DEPTH_MAX + 2):
        nodes += len(level)
        if nodes > nodes_max:
            raise NotPlain(f"at most {nodes_max} values")
        for each in level:
            _require_readable(each, DEPTH_MAX - depth)
        level = [inner for each in level for inner in _within(each)]


def _require_readable(value: Any, levels: int) -> None:
    if isinstance(value, dict | list) and levels <= 0:
        raise NotPlain(f"at most {DEPTH_MAX} levels")
    if isinstance(value, str) and ("\0" in value or not _is_unicode(value)):
        raise NotPlain("texts of Unicode without NUL")
    # Integers first: those that no float holds cannot be asked whether they are finite.
    is_too_large = abs(value) > INTEGER_MAX if isinstance(value, int | float) else False
    if is_too_large or (isinstance(value, float) and not isfinite(value)):
        raise NotPlain(f"numbers up to {INTEGER_MAX}")


def _within(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [*value, *value.values()]
    return value if isinstance(value, list) else []


def _is_unicode(text: str) -> bool:
    return text.isascii() or not any("\ud800" <= each <= "\udfff" for each in text)
