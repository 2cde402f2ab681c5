# SPDX-License-Identifier: Apache-2.0
"""Settings that every transaction of this context starts with, such as which companies it may see."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType

from django.db import connections

# What is nice to have at a start waits no longer than this for whoever holds it, such as a migration.
BRIEF_WAITS: Mapping[str, str] = MappingProxyType({"lock_timeout": "3s", "statement_timeout": "5s"})
_NOTHING: Mapping[str, str] = MappingProxyType({})
_bound: ContextVar[Mapping[str, str]] = ContextVar("bound_session_settings", default=_NOTHING)


@contextmanager
def session_settings(settings: Mapping[str, str]) -> Iterator[None]:
    """Bind PostgreSQL settings to this context; each outermost transaction applies them again."""
    token = _bound.set({**_bound.get(), **settings})
    try:
        yield
    finally:
        _bound.reset(token)


def bound_settings() -> Mapping[str, str]:
    """Return the settings bound to this context."""
    return _bound.get()


def apply_settings(settings: Mapping[str, str], *, using: str) -> None:
    """Set each setting for the rest of the open transaction.

    Source: PostgreSQL `set_config(name, value, is_local := true)`; forgotten at commit or rollback.
    """
    if not settings:
        return
    calls = ", ".join("set_config(%s, %s, true)" for _ in settings)
    parameters = [part for item in settings.items() for part in item]
    with connections[using].cursor() as cursor:
        cursor.execute(f"SELECT {calls}", parameters)
