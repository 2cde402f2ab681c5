# SPDX-License-Identifier: Apache-2.0
"""Readers of environment variables; each refuses a malformed value by name and never shows a secret.

A variable may also be given as a file: `NAME_FILE=/run/secrets/name` stands for `NAME`.
"""

import os
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

_WORDS = {
    "1": True,
    "true": True,
    "yes": True,
    "on": True,
    "0": False,
    "false": False,
    "no": False,
    "off": False,
}
# What libpq understands and an operator may want to say in a database URL.
_DATABASE_OPTIONS = frozenset(
    "application_name connect_timeout keepalives keepalives_idle sslmode sslrootcert sslcert sslkey sslcrl"
    " target_session_attrs".split()
)


def refuse(name: str, *, expected: str, remedy: str = "") -> ImproperlyConfigured:
    """Return the error that names the variable and what it must hold, but not what it holds."""
    return ImproperlyConfigured(f"{name}: expected {expected}.{f' {remedy}' if remedy else ''}")


def text(name: str, default: str | None = None) -> str:
    """Read a text; without a default it must be set."""
    value = os.environ.get(name) or _from_file(name) or default
    if value is None:
        raise refuse(name, expected="a value, got none", remedy=f"Set {name} or {name}_FILE.")
    return value


def _from_file(name: str) -> str | None:
    path = os.environ.get(f"{name}_FILE")
    if not path:
        return None
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise refuse(f"{name}_FILE", expected="the path of a readable text file") from error


def boolean(name: str, default: bool | None = None) -> bool:
    """Read yes or no: 1, true, yes, on; 0, false, no, off."""
    value = text(name, None if default is None else str(default)).strip().lower()
    if value not in _WORDS:
        raise refuse(name, expected=f"one of {', '.join(_WORDS)}")
    return _WORDS[value]


def integer(name: str, default: int | None = None, *, minimum: int = 0) -> int:
    """Read a whole number of at least `minimum`."""
    value = text(name, None if default is None else str(default)).strip()
    if not value.isascii() or not value.isdigit() or int(value) < minimum:
        raise refuse(name, expected=f"a whole number of at least {minimum}")
    return int(value)


def choice(name: str, default: str, *, options: Sequence[str]) -> str:
    """Read one of a few words."""
    value = text(name, default)
    if value not in options:
        raise refuse(name, expected=f"one of {', '.join(options)}")
    return value


def text_list(name: str, default: str | None = None) -> list[str]:
    """Read a list separated by commas."""
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def url(name: str, default: str | None = None, *, schemes: tuple[str, ...]) -> str:
    """Read a URL of one of these schemes; an empty default stands for none."""
    value = text(name, default)
    if (value or default is None) and urlsplit(value).scheme not in schemes:
        raise refuse(
            name, expected=f"a URL starting with {' or '.join(f'{scheme}://' for scheme in schemes)}"
        )
    return value


def database(name: str, default: str | None = None) -> dict[str, object]:
    """Read `postgresql://user:password@host:port/name?option=…`; `?host=/directory` is a Unix socket."""
    parts = urlsplit(url(name, default, schemes=("postgresql", "postgres")))
    options = dict(parse_qsl(parts.query))
    host, port = options.pop("host", parts.hostname or ""), options.pop("port", _port(name, parts.netloc))
    unknown = sorted(set(options) - _DATABASE_OPTIONS)
    if unknown:
        raise refuse(name, expected=f"known options, got {', '.join(unknown)}")
    if not parts.path.strip("/") or not parts.username:
        raise refuse(
            name, expected="postgresql://USER[:PASSWORD]@HOST[:PORT]/NAME, or ?host=/SOCKET/DIRECTORY"
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": port,
        "OPTIONS": options,
    }


def _port(name: str, netloc: str) -> str:
    port = netloc.rpartition("@")[2].rpartition("]")[2].partition(":")[2]
    if port and not port.isdigit():
        raise refuse(name, expected="a number as port")
    return port


def read_defaults(path: Path) -> None:
    """Take KEY=VALUE lines of a file for the variables that the environment does not set."""
    if not path.is_file():
        return
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        key, separator, value = line.partition("=")
        if line.strip() and not line.startswith("#"):
            if not separator or not key.isidentifier():
                raise refuse(f"{path.name} line {number}", expected="KEY=VALUE")
            if f"{key}_FILE" not in os.environ:
                os.environ.setdefault(key, value)
