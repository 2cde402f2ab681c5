# SPDX-License-Identifier: Apache-2.0
"""Arguments before the command: `cortex --set NAME=VALUE --config FILE COMMAND`.

They travel in CORTEX_ARGUMENTS, so that processes which a command starts read the same, and so that
servers with a command line of their own (gunicorn, celery) can be given them.
"""

import shlex
from collections.abc import Mapping, MutableMapping, Sequence
from dataclasses import dataclass

from cortex.boot.configuration.errors import ArgumentMustBeWellFormed, ConfigurationRefused, refusal
from cortex.boot.configuration.found import ARGUMENT, Found, Layer
from cortex.boot.configuration.naming import require_settable

ARGUMENTS_VARIABLE = "CORTEX_ARGUMENTS"
SET, CONFIG = "--set", "--config"


@dataclass(frozen=True)
class Arguments:
    """What arguments say: values, of which a later one beats an earlier one, and files."""

    layer: Layer
    files: Sequence[str]


def take_arguments(words: Sequence[str], *, environ: MutableMapping[str, str]) -> list[str]:
    """Move what stands before the command into the environment; return the other words."""
    program, *rest = words
    taken: list[str] = []
    while rest and rest[0].partition("=")[0] in (SET, CONFIG):
        option, separator, value = rest.pop(0).partition("=")
        if not separator and not rest:
            raise _malformed(option)
        taken += [option, value if separator else rest.pop(0)]
    if taken:
        inherited = environ.get(ARGUMENTS_VARIABLE, "")
        environ[ARGUMENTS_VARIABLE] = f"{inherited} {shlex.join(taken)}".strip()
    return [program, *rest]


def arguments(environ: Mapping[str, str]) -> Arguments:
    """Read the arguments of this process; raises ArgumentMustBeWellFormed, and as `require_settable`."""
    try:
        words = shlex.split(environ.get(ARGUMENTS_VARIABLE, ""))
    except ValueError:
        raise _malformed(ARGUMENTS_VARIABLE) from None
    if len(words) % 2 or not set(words[::2]) <= {SET, CONFIG}:
        raise _malformed(ARGUMENTS_VARIABLE)
    pairs = list(zip(words[::2], words[1::2], strict=True))
    return Arguments(
        layer=dict(_assignment(word) for option, word in pairs if option == SET),
        files=[word for option, word in pairs if option == CONFIG],
    )


def _assignment(word: str) -> tuple[str, Found]:
    name, separator, value = word.partition("=")
    if not separator:
        raise _malformed(SET)
    found = Found(value, source=ARGUMENT)
    require_settable(name, found)
    return name, found


def _malformed(name: str) -> ConfigurationRefused:
    return refusal(
        ArgumentMustBeWellFormed,
        name,
        expected=f"{SET} NAME=VALUE and {CONFIG} FILE, each as often as needed",
    )
