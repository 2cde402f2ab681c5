# SPDX-License-Identifier: Apache-2.0
"""Put another adapter behind a port for a while, as tests and rehearsals do."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, TypeVar

from cortex.container.scopes import Container, answering, current_scope, let_answer, scope
from cortex.container.wiring import depending_on
from cortex.ports.registry import Registration, port_must_be_bound

P = TypeVar("P")


@contextmanager
def override(port: type[P], adapter: P) -> Iterator[None]:
    """Let `adapter` stand for the port in the whole process until the block ends, then what stood there.

    What needs the port, directly or not, is made anew for the block, also when it was made long ago, and
    is forgotten afterwards; all other adapters of the process stay the same. Scopes begun in the block
    and the one of this context see it, those that other threads have open do not.
    """
    before = answering()
    if port not in before.registrations:
        raise port_must_be_bound(port)
    container = Container(_replaced(before, port, adapter))
    with ExitStack() as stack:
        stack.callback(container.close)
        stack.callback(let_answer, before)
        let_answer(container)
        around = current_scope()
        if around is not None:
            stack.enter_context(scope(kind=around.kind))
        yield


def _replaced(before: Container, port: type[Any], adapter: Any) -> list[Registration]:
    affected = depending_on({port}, registrations=list(before.registrations.values()))
    return [
        Registration(port=port, adapter=adapter)
        if each.port is port
        else each
        if each.port in affected or each.make is None or each.lifetime == "scope"
        else _kept(each, before)
        for each in before.registrations.values()
    ]


def _kept(registration: Registration, before: Container) -> Registration:
    """Return a registration that gives what the container before has made, or makes it there."""

    def kept() -> Any:
        return before.made.get(registration.port)

    return Registration(port=registration.port, make=kept)
