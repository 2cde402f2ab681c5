# SPDX-License-Identifier: Apache-2.0
"""Every call is on somebody's account."""

import pytest

from cortex.boot.lifecycle import process
from cortex.boot.lifecycle.boot import Boot
from cortex.boot.lifecycle.hooks import HookSet, ProcessKind
from cortex.container.providers.callers import CALLER_LENGTH_MAX, calling_as, current_caller


class TestCurrentCaller:
    def test_is_the_principal_in_its_company(self) -> None:
        with calling_as(principal="user:1", company="c1"):
            assert current_caller() == "user:1@c1"
            with calling_as(principal="service:console"):
                assert current_caller() == "service:console"
        assert current_caller().startswith("service:")

    def test_is_bounded(self) -> None:
        with calling_as(principal="client:" + "x" * 1000):
            assert len(current_caller()) == CALLER_LENGTH_MAX


@pytest.mark.parametrize(
    ("kind", "name"), [("web", "web"), ("worker", "worker"), ("beat", "beat"), ("command", "console")]
)
def test_a_process_is_named_by_how_it_was_started(
    kind: ProcessKind, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not by its command line: any server for WSGI or ASGI is the web process."""
    monkeypatch.setattr(process._Current, "boot", Boot(process=kind, hooks=HookSet()))
    assert current_caller() == f"service:{name}"


def test_a_process_that_was_never_started_is_the_console(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process._Current, "boot", None)
    assert current_caller() == "service:console"
