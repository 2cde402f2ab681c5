# SPDX-License-Identifier: Apache-2.0
"""Pages of lists that a company has only a handful of, such as journals and fiscal years."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

from rest_framework.request import Request

from cortex.api.pages import page_of, page_request
from cortex.api.queries import PageQuery, read_query


def page_body(*, request: Request, rows: Sequence[Any], key: Callable[[Any], str]) -> dict[str, Any]:
    """Return the page of `rows`, dataclasses in the order of their unique `key`, that is asked for."""
    read_query(request, PageQuery)
    wanted = page_request(request=request, width=1)
    beyond = [row for row in rows if wanted.after is None or key(row) > wanted.after[0]]
    page = page_of(beyond[: wanted.limit + 1], request=wanted, position=lambda row: (key(row),))
    return page.body(asdict)
