# SPDX-License-Identifier: Apache-2.0
"""On whose account a call is made: the principal at work in a company, else the program itself."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from cortex.boot.lifecycle.process import this_process

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
    return _bound.get() or f"service:{_program()}"


def _program() -> str:
    """Return web, worker, beat or console, as commands are called wherever they act."""
    process = this_process()
    return "console" if process == "command" else process
