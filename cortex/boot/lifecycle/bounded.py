# SPDX-License-Identifier: Apache-2.0
"""Run a piece of work for at most so many seconds."""

import contextvars
import sys
import threading

from cortex.boot.lifecycle.hooks import Work


class TimeIsOver(Exception):
    """The work still runs, and is given up."""


class WorkFailed(Exception):
    """The work raised this; wrapped, so that an interruption of the waiting is never taken for it."""

    def __init__(self, error: BaseException) -> None:
        super().__init__()
        self.error = error


def run_bounded(*, work: Work, name: str, seconds: float) -> None:
    """Run `work` in a thread of its own and wait for it.

    A signal's alarm would not reach work that waits inside a library written in C, and could break any line
    of it; a thread can be left behind, since the process ends after that.
    Raises: TimeIsOver; WorkFailed, also for SystemExit: no piece of a start may end the process as if all
    were well.
    """
    raised: list[BaseException] = []
    context = contextvars.copy_context()

    def run() -> None:
        try:
            context.run(work)
        except BaseException as error:  # noqa: BLE001 - handed to the caller below
            raised.append(error)
        finally:
            _close_connections()

    thread = threading.Thread(target=run, name=f"hook {name}", daemon=True)
    try:
        thread.start()
    except RuntimeError:
        # Python 3.12 and later start no thread while the interpreter ends; then nobody watches the time.
        run()
    else:
        thread.join(seconds)
    if raised:
        raise WorkFailed(raised[0])
    if thread.is_alive():
        raise TimeIsOver


def _close_connections() -> None:
    """Close the database connections of this thread: none of them may be alive when the process forks."""
    database = sys.modules.get("django.db")
    if database is not None:
        database.connections.close_all()
