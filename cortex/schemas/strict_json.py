# SPDX-License-Identifier: Apache-2.0
"""JSON read so that no two readers could understand it differently, and written in one form."""

import json
from collections.abc import Iterable
from decimal import Decimal
from typing import Any


class JsonMustBeStrict(ValueError):
    """The text is no JSON, or JSON that two readers could understand differently."""


def read_strict_json(text: str, *, depth_max: int) -> Any:
    """Return the value; fractions become Decimal, since a float would change them.

    Raises: JsonMustBeStrict, for a key that occurs twice, NaN and infinity, whole numbers of thousands of
    digits, and more than `depth_max` levels of nesting.
    """
    try:
        value = json.loads(
            text, object_pairs_hook=_unique, parse_constant=_refuse_constant, parse_float=_decimal
        )
    except JsonMustBeStrict:
        raise
    except json.JSONDecodeError as error:
        raise JsonMustBeStrict(str(error)[:200]) from error
    except RecursionError as error:
        raise _too_deep(depth_max) from error
    except ValueError as error:
        # Python refuses to convert integers of thousands of digits: quadratic time.
        raise JsonMustBeStrict("a number has too many digits") from error
    _require_shallow(value, depth_max)
    return value


def written_json(value: Any, *, sort_keys: bool) -> str:
    """Return the JSON without white space; numbers keep their digits, keys their order unless sorted."""
    if isinstance(value, dict):
        names = sorted(value) if sort_keys else value
        members = (f"{_scalar(name)}:{written_json(value[name], sort_keys=sort_keys)}" for name in names)
        return "{" + ",".join(members) + "}"
    if isinstance(value, list):
        return "[" + ",".join(written_json(item, sort_keys=sort_keys) for item in value) + "]"
    return str(value) if isinstance(value, Decimal) else _scalar(value)


def _scalar(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _decimal(digits: str) -> Decimal:
    if len(digits) > 100:
        raise JsonMustBeStrict("a number has too many digits")
    value = Decimal(digits)
    # An exponent of thousands makes arithmetic with the number a matter of minutes.
    if not -1000 < value.adjusted() < 1000:
        raise JsonMustBeStrict("a number has too large an exponent")
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        seen: set[str] = set()
        name = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        raise JsonMustBeStrict(f"the key {name[:80]!r} occurs twice in one object")
    return members


def _refuse_constant(constant: str) -> Any:
    raise JsonMustBeStrict(f"{constant} is no JSON number")


def _require_shallow(value: Any, depth_max: int) -> None:
    level: list[Any] = [value]
    for _ in range(depth_max):
        level = [child for parent in level for child in _children(parent) if isinstance(child, dict | list)]
        if not level:
            return
    raise _too_deep(depth_max)


def _children(parent: Any) -> Iterable[Any]:
    if isinstance(parent, dict):
        return parent.values()
    return parent if isinstance(parent, list) else ()


def _too_deep(depth_max: int) -> JsonMustBeStrict:
    return JsonMustBeStrict(f"expected at most {depth_max} levels of nesting")
