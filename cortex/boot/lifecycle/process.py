# SPDX-License-Identifier: Apache-2.0
"""`bootstrap()`: the one way in which web, worker, beat and commands start and end.

on_preboot   settings are read, no app is loaded yet
on_boot      apps are loaded; builds what forked children may share, and leaves no thread or connection
on_ready     once in every process that works: after the fork, where there is one
on_shutdown  in reverse, each process what it started itself
"""

import atexit
import logging
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from types import FrameType

from cortex.boot.configuration.ending import REFUSED
from cortex.boot.lifecycle.boot import Boot
from cortex.boot.lifecycle.errors import BootRefused
from cortex.boot.lifecycle.hooks import HOOKS, ProcessKind
from cortex.errors import CortexError

TERMINATED = 128 + signal.SIGTERM

_log = logging.getLogger(__name__)


class _Current:
    """What this process, or the one it was forked from, has started."""

    boot: Boot | None = None
    children_become_ready = False


def bootstrap(*, process: ProcessKind) -> Boot:
    """Start this process, in order, and end it in reverse; a second call changes nothing.

    Raises: BootRefused, with everything undone that was done.
    """
    if _Current.boot is not None:
        return _Current.boot
    boot = _Current.boot = Boot(process=process, hooks=HOOKS)
    atexit.register(shut_down)
    _end_in_order_on_sigterm()
    try:
        _run_phases(boot)
    except BaseException:
        shut_down()
        _Current.boot = None
        raise
    return boot


def start(*, process: ProcessKind) -> None:
    """Do the same for a process that serves; a refusal is one line of its log, and ends it."""
    from django.core.exceptions import ImproperlyConfigured  # noqa: PLC0415

    try:
        bootstrap(process=process)
    except CortexError as error:
        _refuse(f"{error.code}: {error.message}")
    except ImproperlyConfigured as error:
        _refuse(f"settings: {error}")


def this_process() -> ProcessKind:
    """Return what kind of process starts or runs here; one that was never started is a command."""
    return _Current.boot.process if _Current.boot is not None else "command"


def leave_ready_to_children() -> None:
    """Say, before `bootstrap`, that this process forks those that work; they call become_ready()."""
    _Current.children_become_ready = True


def become_ready() -> None:
    """Run on_ready in a forked child; in a process that has done so already, nothing."""
    if _Current.boot is not None:
        try:
            _Current.boot.run("on_ready")
        except BootRefused as error:
            _refuse(f"{error.code}: {error.message}")


def shut_down() -> None:
    """End what this process started, once; signals that ask for the same must wait until it is done."""
    if _Current.boot is not None:
        _Current.boot.shut_down()


@contextmanager
def booted(*, process: ProcessKind) -> Iterator[Boot]:
    """Start, hand over to the body, and end, whatever the body does.

    Raises: BootRefused.
    """
    try:
        yield bootstrap(process=process)
    finally:
        shut_down()


def _run_phases(boot: Boot) -> None:
    import django  # noqa: PLC0415 - settings stand above this room, and may import it
    from django.conf import settings  # noqa: PLC0415

    # Reads the settings, so that a malformed value is told before anything starts. Hooks of on_preboot are
    # declared by these modules; those of later phases by apps, when they are loaded.
    for module in settings.BOOT_MODULES:
        import_module(module)
    boot.run("on_preboot")
    django.setup()
    boot.run("on_boot")
    if not _Current.children_become_ready:
        boot.run("on_ready")


def _refuse(sentence: str) -> None:
    _log.critical("%s", sentence)
    sys.exit(REFUSED)


def _end_in_order_on_sigterm() -> None:
    """Let SIGTERM unwind the program; servers that have a way of their own replace this one."""
    is_main = threading.current_thread() is threading.main_thread()
    if is_main and signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
        signal.signal(signal.SIGTERM, _terminate)


def _terminate(_number: int, _frame: FrameType | None) -> None:
    sys.exit(TERMINATED)
