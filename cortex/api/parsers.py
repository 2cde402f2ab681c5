# SPDX-License-Identifier: Apache-2.0
"""JSON in, read so that no two readers could understand it differently."""

import json
from collections.abc import Iterable
from decimal import Decimal
from typing import IO, Any

from rest_framework.parsers import BaseParser, MultiPartParser

from cortex.api.errors import BodyMustBeStrictJson, BodyMustNotBeTooLarge
from cortex.api.renderers import to_json
from cortex.api.request_bounds import body_bytes_max

DEPTH_MAX = 20


class StrictJsonParser(BaseParser):
    """Refuses duplicate keys, NaN and infinity, deep nesting, and bodies over the limit."""

    media_type = "application/json"

    def parse(self, stream: IO[bytes], media_type: str | None = None, parser_context: Any = None) -> Any:
        """Return the parsed body; raises BodyMustBeStrictJson, BodyMustNotBeTooLarge."""
        request = (parser_context or {}).get("request")
        limit = body_bytes_max(path=request.path_info if request is not None else "")
        body = stream.read(limit + 1)
        if len(body) > limit:
            raise BodyMustNotBeTooLarge(
                f"Body: expected at most {limit} bytes, got more. Send it in several requests.",
                evidence={"object": "body", "expected": limit, "remedy": "send less at once"},
            )
        return parse_strict_json(body)


class UploadParser(MultiPartParser):
    """Forms with files; Django bounds the number and size of their fields."""


def parse_strict_json(body: bytes) -> Any:
    """Return the value; fractions become Decimal, since a float would change them."""
    try:
        value = json.loads(
            body.decode("utf-8"),
            object_pairs_hook=_unique,
            parse_constant=_refuse_constant,
            parse_float=Decimal,
        )
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise _not_strict(str(error)[:200]) from error
    except RecursionError as error:
        raise _too_deep() from error
    except ValueError as error:
        # Python refuses to convert integers of thousands of digits: quadratic time.
        raise _not_strict("a number has too many digits") from error
    _require_shallow(value)
    _require_portable(value)
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        seen: set[str] = set()
        name = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        raise _not_strict(f"the key {name[:80]!r} occurs twice in one object")
    return members


def _refuse_constant(constant: str) -> Any:
    raise _not_strict(f"{constant} is no JSON number")


def _require_shallow(value: Any) -> None:
    level: list[Any] = [value]
    for _ in range(DEPTH_MAX):
        level = [child for parent in level for child in _children(parent) if isinstance(child, dict | list)]
        if not level:
            return
    raise _too_deep()


def _require_portable(value: Any) -> None:
    """Refuse what could be read but not be written again: digests and answers would fail on it later."""
    try:
        to_json(value)
    except TypeError as error:
        raise _not_strict("a whole number beyond 64 bits, or half of a surrogate pair") from error


def _children(parent: Any) -> Iterable[Any]:
    if isinstance(parent, dict):
        return parent.values()
    return parent if isinstance(parent, list) else ()


def _too_deep() -> BodyMustBeStrictJson:
    return _not_strict(f"expected at most {DEPTH_MAX} levels of nesting")


def _not_strict(reason: str) -> BodyMustBeStrictJson:
    return BodyMustBeStrictJson(f"Body: {reason}.", evidence={"object": "body", "got": reason})
