# SPDX-License-Identifier: Apache-2.0
"""`cortex …`: the commands of every context; the same as `manage.py …`."""

import os
import sys
import traceback
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from importlib import import_module
from types import TracebackType
from typing import NoReturn

from cortex.boot.lifecycle.hooks import ProcessKind
from cortex.confidential import masked
from cortex.errors import CortexError

REFUSED = 1
# Commands that must work where nothing else does: without settings, where one only signs or verifies.
ALONE = {
    "config": "cortex.boot.configuration.console",
    "logs": "cortex.boot.log_header.console",
    # The other verbs of this command need settings and database; its ceremony needs to have neither.
    "marketplace root": "apps.plugins.management.root_ceremony",
    "pki": "cortex.pki.console",
    "plugin": "apps.plugins.management.authoring",
    "secrets": "cortex.secrets.console",  # pragma: allowlist secret
}
# What stands before the command is configuration, and no word of the command.
BEFORE_THE_COMMAND = ("--set", "--config")
# What only tells how something is called starts nothing.
TELLING = {"help", "version"}


def main() -> None:
    """Run the command of `sys.argv`; a refusal is one line on standard error, never a traceback."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings.dev")
    sys.excepthook = _tell_without_secrets
    try:
        _take_arguments()
        _run()
    except CortexError as error:
        _end(f"{error.code}: {error.message}")


def _end(sentence: str) -> NoReturn:
    """End with a refusal; what it quotes, such as the error of a server's client, may hold a secret."""
    sys.exit(masked(sentence))


def _tell_without_secrets(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    """Print a mistake of the program as Python does, without the secrets that are known here."""
    sys.stderr.write(masked("".join(traceback.format_exception(kind, error, trace))))


def _take_arguments() -> None:
    """Move arguments before the command to where this process, and those it starts, look for them."""
    if sys.argv[1:] and sys.argv[1].partition("=")[0] in BEFORE_THE_COMMAND:
        from cortex.boot.configuration.sources.arguments import take_arguments  # noqa: PLC0415

        sys.argv[:] = take_arguments(sys.argv, environ=os.environ)


def _run() -> None:
    name, *words = sys.argv[1:] or ["help"]
    if words and f"{name} {words[0]}" in ALONE:
        sys.exit(import_module(ALONE[f"{name} {words[0]}"]).main(words[1:]))
    if name in ALONE:
        console = import_module(ALONE[name])
        needing = getattr(console, "WITH_SETTINGS", {})
        if not words or words[0] not in needing:
            sys.exit(console.main(words))
        # The same word for people, another command for Django.
        sys.argv[1] = name = needing[words[0]]
    # A command is a module, so it has no hyphen; people type either.
    sys.argv[1:2] = [name.replace("-", "_")] if sys.argv[1:] and not name.startswith("-") else sys.argv[1:2]
    if _only_tells(name, words):
        _be_configured_enough_to_tell()
    # Django reads the settings' module name while it is imported.
    from django.core.exceptions import ImproperlyConfigured  # noqa: PLC0415
    from django.core.management import execute_from_command_line  # noqa: PLC0415
    from django.db import OperationalError  # noqa: PLC0415

    try:
        with _started(name, words):
            execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        _end(f"settings: {error} On one machine, `make run` writes them to .cortex/env.")
    except OperationalError as error:
        reason = " ".join(str(error).split())
        _end(f"database: {reason} Start it with `make up`, or `make run` for everything.")


def _only_tells(name: str, words: Sequence[str]) -> bool:
    return name in TELLING or name.startswith("-") or bool({"-h", "--help"} & set(words))


def _be_configured_enough_to_tell() -> None:
    """Take the settings that need no server and no secret where nothing is configured yet."""
    from cortex.boot.configuration import current_configuration  # noqa: PLC0415
    from cortex.boot.configuration.errors import ValueMustBeGiven  # noqa: PLC0415

    try:
        current_configuration()
    except ValueMustBeGiven:
        os.environ["DJANGO_SETTINGS_MODULE"] = "settings.build"


def _started(name: str, words: Sequence[str]) -> AbstractContextManager[object]:
    """Return what starts and ends this process around a command."""
    if _only_tells(name, words):
        return nullcontext()
    from cortex.boot.lifecycle import booted  # noqa: PLC0415

    process: ProcessKind = "web" if name == "runserver" else "command"
    return booted(process=process)
