# SPDX-License-Identifier: Apache-2.0
"""Statements as they were asked for: what is prepared, the server's driver tells of without its text."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection


@contextmanager
def statements() -> Iterator[list[str]]:
    """Yield a list that every statement of the default connection is added to."""
    told: list[str] = []

    def tell(execute: Callable[..., Any], sql: Any, *given: Any) -> Any:
        told.append(str(sql))
        return execute(sql, *given)

    with connection.execute_wrapper(tell):
        yield told
