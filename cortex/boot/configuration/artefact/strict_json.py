# SPDX-License-Identifier: Apache-2.0
"""JSON without duplicate names, null, NaN or anything behind the document; numbers stay their text."""

import json
import re
from typing import Any, NoReturn

from cortex.boot.configuration.artefact.unclear import (
    DEPTH_MAX,
    MEMBERS_MAX,
    NO_MAPPING,
    NULL,
    TOO_DEEP,
    TOO_MANY,
    Unclear,
    twice,
)

_SPACE = re.compile(r"[ \t\r\n]*")


def json_members(text: str) -> list[tuple[str, Any, int]]:
    """Return name, value and line of each member; raises Unclear."""
    try:
        return _members(text)
    except json.JSONDecodeError as error:
        raise Unclear("this is no JSON", line=error.lineno) from None
    except RecursionError:
        raise Unclear(TOO_DEEP) from None


def _members(text: str) -> list[tuple[str, Any, int]]:
    # The whole first: what follows walks over a document that is known to be JSON.
    whole = _DECODER.decode(text)
    if not isinstance(whole, dict):
        raise Unclear(NO_MAPPING, line=1)
    if _size(whole) > MEMBERS_MAX:
        raise Unclear(TOO_MANY, line=1)
    found = []
    position = _after_space(text, _after_space(text, 0) + 1)
    while text[position] != "}":
        line = text.count("\n", 0, position) + 1
        name, end = _DECODER.raw_decode(text, position)
        value, end = _DECODER.raw_decode(text, _after_space(text, _after_space(text, end) + 1))
        found.append((name, _plain(value, line=line, depth=2), line))
        position = _after_space(text, end)
        if text[position] == ",":
            position = _after_space(text, position + 1)
    return found


def _size(document: Any) -> int:
    """Count names and values, as they are counted in YAML."""
    count, waiting = 0, [document]
    while waiting:
        count += 1
        value = waiting.pop()
        if isinstance(value, dict):
            count += len(value)
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)
    return count


def _after_space(text: str, position: int) -> int:
    match = _SPACE.match(text, position)
    return match.end() if match else position


def _plain(value: Any, *, line: int, depth: int) -> Any:
    if value is None:
        raise Unclear(NULL, line=line)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list) and depth > DEPTH_MAX:
        raise Unclear(TOO_DEEP, line=line)
    if isinstance(value, dict):
        return {name: _plain(member, line=line, depth=depth + 1) for name, member in value.items()}
    if isinstance(value, list):
        return [_plain(member, line=line, depth=depth + 1) for member in value]
    return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = {}
    for name, value in pairs:
        if name in members:
            raise Unclear(twice(name))
        members[name] = value
    return members


def _refuse_constant(_text: str) -> NoReturn:
    raise Unclear("NaN and infinity are no values")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_once, parse_int=str, parse_float=str, parse_constant=_refuse_constant
)
