# SPDX-License-Identifier: Apache-2.0
"""Pages by key: the cursor says after which row to go on, so that pages stay true while rows arrive."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.db.models import F, Q, QuerySet

from cortex.api.errors import CursorMustBeOurs, LimitMustBeInRange
from cortex.database.transactions import transactional

LIMIT_DEFAULT = 50
LIMIT_MAX = 200
LIMIT_DIGITS_MAX = 9
_SALT = "cortex.api.pages"
_OWN_PARAMETERS = ("cursor", "limit")


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Which page is asked for: at most `limit` rows `after` a position, None at the start."""

    limit: int
    after: tuple[Any, ...] | None
    list_id: str


@dataclass(frozen=True, slots=True)
class Page:
    """Rows and the cursor of the next page, if there is one."""

    items: list[Any]
    next_cursor: str | None

    def body(self, represent: Callable[[Any], Any]) -> dict[str, Any]:
        """Return the answer's JSON."""
        return {"items": [represent(item) for item in self.items], "next_cursor": self.next_cursor}


class Keyset:
    """An order of rows: field names, `-` for descending, the last one unique to break ties."""

    def __init__(self, *fields: str) -> None:
        if not fields or fields[-1].lstrip("-") not in ("id", "pk", "number"):
            raise ValueError(f"Keyset {fields}: expected a unique last field (id, pk or number)")
        self.fields = fields

    def after(self, queryset: QuerySet[Any], position: Sequence[Any] | None) -> QuerySet[Any]:
        """Return the ordered rows beyond a position."""
        ordered = queryset.order_by(
            *(F(f[1:]).desc() if f.startswith("-") else F(f).asc() for f in self.fields)
        )
        return ordered if position is None else ordered.filter(self._beyond(position))

    def position(self, row: Any) -> tuple[Any, ...]:
        """Return where a row stands."""
        return tuple(_member(row, name.lstrip("-")) for name in self.fields)

    def _beyond(self, position: Sequence[Any]) -> Q:
        """Say (a, b) > (x, y) as a > x or (a = x and b > y), which also allows mixed directions."""
        beyond, equal = Q(), Q()
        for name, value in zip(self.fields, position, strict=True):
            field = name.lstrip("-")
            comparison = "lt" if name.startswith("-") else "gt"
            beyond |= equal & Q(**{f"{field}__{comparison}": value})
            equal &= Q(**{field: value})
        return beyond


@transactional
def keyset_page(*, request: Any, queryset: QuerySet[Any], keyset: Keyset, limit_max: int = LIMIT_MAX) -> Page:
    """Return the page that the request asks for; raises CursorMustBeOurs, LimitMustBeInRange.

    The rows are read here, and so in a transaction: outside of one no company is in scope, and none are seen.
    """
    wanted = page_request(request=request, width=len(keyset.fields), limit_max=limit_max)
    rows = list(keyset.after(queryset, wanted.after)[: wanted.limit + 1])
    return page_of(rows, request=wanted, position=keyset.position)


def page_request(*, request: Any, width: int, limit_max: int = LIMIT_MAX) -> PageRequest:
    """Read `?limit=` and `?cursor=`; `width` is the number of values of a position."""
    list_id = _list_id(request)
    cursor = request.query_params.get("cursor")
    after = None if not cursor else _read_cursor(cursor, list_id=list_id, width=width)
    return PageRequest(limit=_limit(request, limit_max), after=after, list_id=list_id)


def page_of(rows: Sequence[Any], *, request: PageRequest, position: Callable[[Any], Sequence[Any]]) -> Page:
    """Make a page of `limit + 1` rows: the extra one only says that there is more."""
    items = list(rows[: request.limit])
    if len(rows) <= request.limit:
        return Page(items=items, next_cursor=None)
    values = [request.list_id, *(_plain(value) for value in position(items[-1]))]
    return Page(items=items, next_cursor=signing.dumps(values, salt=_SALT, compress=True))


def _limit(request: Any, limit_max: int) -> int:
    text = request.query_params.get("limit", str(LIMIT_DEFAULT))
    # The length first: Python refuses to convert numbers of thousands of digits.
    is_number = text.isascii() and text.isdigit() and len(text) <= LIMIT_DIGITS_MAX
    if not (is_number and 1 <= int(text) <= limit_max):
        raise LimitMustBeInRange(
            f"Parameter limit: expected a number from 1 to {limit_max}.",
            evidence={"object": "limit", "expected": f"1 to {limit_max}", "got": text[:20]},
        )
    return int(text)


def _read_cursor(cursor: str, *, list_id: str, width: int) -> tuple[Any, ...]:
    try:
        found_id, *position = signing.loads(cursor, salt=_SALT)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise _not_ours() from error
    if found_id != list_id or len(position) != width:
        raise _not_ours()
    return tuple(position)


def _not_ours() -> CursorMustBeOurs:
    return CursorMustBeOurs(
        "Parameter cursor: expected one that this list gave out for these filters. Start again without it.",
        evidence={"object": "cursor", "remedy": "start again without it"},
    )


def _list_id(request: Any) -> str:
    """Name the list: its path and filters, so that a cursor cannot be carried over to another."""
    filters = sorted(
        (name, value)
        for name, values in request.query_params.lists()
        if name not in _OWN_PARAMETERS
        for value in values
    )
    return hashlib.sha256(repr((request.path, filters)).encode()).hexdigest()[:16]


def _member(row: Any, name: str) -> Any:
    return row[name] if isinstance(row, dict) else getattr(row, name)


def _plain(value: Any) -> Any:
    return value if isinstance(value, int | str) or value is None else str(value)
