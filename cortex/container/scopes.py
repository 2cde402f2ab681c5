# SPDX-License-Identifier: Apache-2.0
"""Who answers for the registry, and the scopes of requests, tasks and commands.

A scope belongs to the context that opened it. A thread begins without one, so no two share one.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Literal

import structlog
from wireup import ScopedSyncContainer
from wireup.errors import ContainerCloseError, UnknownServiceRequestedError, WireupError

from cortex.container.wiring import built, depending_on
from cortex.errors import CortexError
from cortex.ports import registry
from cortex.ports.registry import Registration

Kind = Literal["request", "task", "command"]
_log = structlog.get_logger(__name__)


class ScopeMustBeOpen(CortexError):
    """Something that must be closed was asked for where nothing closes it."""

    code = "container.scope_must_be_open"
    status = 500


class Container:
    """The adapters of one process: each made once, or once for each scope."""

    def __init__(self, registrations: Sequence[Registration]) -> None:
        self.registrations = {each.port: each for each in registrations}
        self.made = built(registrations)
        self._to_be_closed = depending_on(
            {each.port for each in registrations if each.lifetime == "scope" and each.is_closed},
            registrations=registrations,
        )

    def resolve(self, port: type[Any]) -> Any:
        """Answer for the registry, from the scope of this context where one is open."""
        scope = _open.get()
        try:
            return self.made.get(port) if scope is None or scope.made is None else scope.made.get(port)
        except UnknownServiceRequestedError:
            raise registry.port_must_be_bound(port) from None
        except WireupError:
            return self._outside_any_scope(port)

    def close(self) -> None:
        """Close what was made for the whole process; a failure is told."""
        try:
            self.made.close()
        except ContainerCloseError as error:
            _log.error("adapters_not_closed", exc_info=error)

    def _outside_any_scope(self, port: type[Any]) -> Any:
        """Make an adapter for this one asking, unless somebody would have to close it."""
        if port in self._to_be_closed:
            raise ScopeMustBeOpen(
                f"Port {port.__name__}: {self.registrations[port].name} is closed with its request, task or "
                "command, and none is open here. Open one with cortex.container.scopes.scope.",
                evidence={"object": port.__name__, "expected": "an open scope", "got": "none"},
            )
        with self.made.enter_scope() as brief:
            return brief.get(port)


class Scope:
    """What one request, task or command shares; closed once, whatever comes of it."""

    def __init__(self, container: Container, *, kind: Kind) -> None:
        self.kind = kind
        self.made: ScopedSyncContainer | None = container.made.enter_scope()
        self._at_close: list[Callable[[], None]] = []
        self._before = _open.get()
        _open.set(self)

    def at_close(self, work: Callable[[], None]) -> None:
        """Do this when the work of the scope is over, before its adapters are closed."""
        self._at_close.append(work)

    def close(self) -> None:
        """Close what was made here. A failure is told and changes nothing: the work is done or undone."""
        at_close, self._at_close = self._at_close, []
        for work in at_close:
            work()
        made, self.made = self.made, None
        try:
            if made is not None:
                made.__exit__(None, None, None)
        except ContainerCloseError as error:
            _log.error("scope_not_closed", kind=self.kind, exc_info=error)
        finally:
            # A streamed response may be closed in another context than the one that began it.
            if _open.get() is self:
                _open.set(self._before)


_open: ContextVar[Scope | None] = ContextVar("open_scope", default=None)
_answering: Container | None = None


def build() -> None:
    """Build the container of what was registered and let it answer; raises WiringMustBeSound."""
    let_answer(Container(registry.registrations()))


def let_answer(container: Container) -> None:
    """Let this container answer for the registry."""
    global _answering  # noqa: PLW0603 - one container for each process
    _answering = container
    registry.install(container.resolve)


def answering() -> Container:
    """Return the container that answers now."""
    if _answering is None:
        raise RuntimeError(
            "The container is built when the applications are loaded: call django.setup() first."
        )
    return _answering


def current_scope() -> Scope | None:
    """Return the scope of this context, if it is open still."""
    scope = _open.get()
    return None if scope is None or scope.made is None else scope


def open_scope(*, kind: Kind) -> Scope:
    """Open a scope that the caller closes."""
    return Scope(answering(), kind=kind)


@contextmanager
def scope(*, kind: Kind) -> Iterator[Scope]:
    """Keep a scope open for the block."""
    opened = open_scope(kind=kind)
    try:
        yield opened
    finally:
        opened.close()
