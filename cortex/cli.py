# SPDX-License-Identifier: Apache-2.0
"""`cortex …`: the commands of every context; the same as `manage.py …`."""

import os
import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from importlib import import_module

from cortex.boot.lifecycle.hooks import ProcessKind
from cortex.errors import CortexError

REFUSED = 1
# Commands that must work where nothing else does: without settings, where one only signs or verifies.
ALONE = {
    "config": "cortex.boot.configuration.console",
    "logs": "cortex.boot.log_header.console",
    "secrets": "cortex.secrets.console",  # pragma: allowlist secret
}
# What stands before the command is configuration, and no word of the command.
BEFORE_THE_COMMAND = ("--set", "--config")
# What only tells how something is called starts nothing.
TELLING = {"help", "version"}


def main() -> None:
    """Run the command of `sys.argv`; a refusal is one line on standard error, never a traceback."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings.dev")
    try:
        _take_arguments()
        _run()
    except CortexError as error:
        sys.exit(f"{error.code}: {error.message}")


def _take_arguments() -> None:
    """Move arguments before the command to where this process, and those it starts, look for them."""
    if sys.argv[1:] and sys.argv[1].partition("=")[0] in BEFORE_THE_COMMAND:
        from cortex.boot.configuration.sources.arguments import take_arguments  # noqa: PLC0415

        sys.argv[:] = take_arguments(sys.argv, environ=os.environ)


def _run() -> None:
    name, *words = sys.argv[1:] or ["help"]
    if name in ALONE:
        sys.exit(import_module(ALONE[name]).main(words))
    # Django reads the settings' module name while it is imported.
    from django.core.exceptions import ImproperlyConfigured  # noqa: PLC0415
    from django.core.management import execute_from_command_line  # noqa: PLC0415
    from django.db import OperationalError  # noqa: PLC0415

    try:
        with _started(name, words):
            execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(f"settings: {error} On one machine, `make run` writes them to .cortex/env.")
    except OperationalError as error:
        reason = " ".join(str(error).split())
        sys.exit(f"database: {reason} Start it with `make up`, or `make run` for everything.")


def _started(name: str, words: Sequence[str]) -> AbstractContextManager[object]:
    """Return what starts and ends this process around a command."""
    if name in TELLING or name.startswith("-") or {"-h", "--help"} & set(words):
        return nullcontext()
    from cortex.boot.lifecycle import booted  # noqa: PLC0415

    process: ProcessKind = "web" if name == "runserver" else "command"
    return booted(process=process)
