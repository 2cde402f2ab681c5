# SPDX-License-Identifier: Apache-2.0
"""The environment: `NAME`, or `NAME_FILE` with the path of a file, as orchestrators mount secrets."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from cortex.boot.configuration.errors import ValueMustBeWellFormed, refusal
from cortex.boot.configuration.found import ENVIRONMENT, Found, Layer


def environment(*, environ: Mapping[str, str], names: Iterable[str]) -> Layer:
    """Read the values of these names; an empty variable counts as none."""
    found = {name: _found(name, environ=environ) for name in names}
    return {name: value for name, value in found.items() if value}


def _found(name: str, *, environ: Mapping[str, str]) -> Found | None:
    if given := environ.get(name):
        return Found(given, source=ENVIRONMENT)
    path = environ.get(f"{name}_FILE")
    given = _content(name, path) if path else ""
    return Found(given, source=f"{ENVIRONMENT}, {name}_FILE") if given else None


def _content(name: str, path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        raise refusal(
            ValueMustBeWellFormed, f"{name}_FILE", expected="the path of a readable text file"
        ) from None
