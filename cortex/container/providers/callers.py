# SPDX-License-Identifier: Apache-2.0
"""On whose account a call is made: the principal at work in a company, else the program itself."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

CALLER_LENGTH_MAX = 200
_bound: ContextVar[str | None] = ContextVar("provider_caller", default=None)


@contextmanager
def calling_as(*, principal: str, company: object = None) -> Iterator[None]:
    """Put the calls of this context on the account of `principal`, an URN, in this company."""
    caller = principal if company is None else f"{principal}@{company}"
    token = _bound.set(caller[:CALLER_LENGTH_MAX])
    try:
        yield
    finally:
        _bound.reset(token)


def current_caller() -> str:
    """Return who is bound, or the service that this process is."""
    return _bound.get() or f"service:{program_name(sys.argv)}"


def program_name(arguments: list[str]) -> str:
    """Return web, worker, beat or console, as the command line tells."""
    words = {Path(arguments[0]).name, *arguments[1:]} if arguments else set()
    if any("celery" in word for word in words) or {"worker", "beat"} & words:
        return "beat" if "beat" in words else "worker"
    return "web" if any("gunicorn" in word for word in words) or "runserver" in words else "console"
