# SPDX-License-Identifier: Apache-2.0
"""A thing that must be put out: lit when a scope first asks for it, out when the scope closes."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cortex.container.scopes import Container, answering, let_answer
from cortex.ports.registry import Registration

# Where a process of its own writes what it lights and puts out.
DIARY = "CORTEX_TESTS_DIARY"


class Lamp:
    """Known by the process that lit it and by a number."""

    def __init__(self) -> None:
        self.name = f"{os.getpid()}-{len(lit)}"
        self.is_burning = True
        lit.append(self)


lit: list[Lamp] = []


def lamp() -> Iterator[Lamp]:
    """Light a lamp, and put it out when nobody needs it any more."""
    own = Lamp()
    note(f"lit {own.name}")
    try:
        yield own
    finally:
        own.is_burning = False
        note(f"out {own.name}")


def note(line: str) -> None:
    """Write a line into the diary, if this process keeps one."""
    if DIARY in os.environ:
        with Path(os.environ[DIARY]).open("a") as diary:
            diary.write(f"{line}\n")


@contextmanager
def lamps_in_every_scope() -> Iterator[None]:
    """Let the program's container also know lamps."""
    before = answering()
    lit.clear()
    known = Registration(port=Lamp, make=lamp, lifetime="scope")
    let_answer(Container([*before.registrations.values(), known]))
    try:
        yield
    finally:
        let_answer(before)
