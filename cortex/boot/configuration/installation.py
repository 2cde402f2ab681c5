# SPDX-License-Identifier: Apache-2.0
"""Kinds of installation: what a settings module takes for granted before anything is configured."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cortex.boot.configuration.readers import home_of_the_program

MODULE_VARIABLE = "DJANGO_SETTINGS_MODULE"


@dataclass(frozen=True)
class Installation:
    """One kind: its defaults, whether `.cortex/env` of the machine counts, and whether it must be safe."""

    kind: str
    defaults: Mapping[str, str] = field(default_factory=dict)
    reads_machine_file: bool = False
    must_be_safe: bool = False


# Production refuses it by its beginning.
_PUBLIC_KEY = "tests-only-" + "0123456789abcdefghijklmnopqrstuvwxyz" * 2
# Names that lead nowhere: a test that needs a server gets one from the fixtures.
_NOWHERE = "postgresql://{role}@/cortex_test?host=/nonexistent"
_NO_SERVERS = {
    "SECRET_KEY": _PUBLIC_KEY,
    "DATABASE_URL": _NOWHERE.format(role="cortex_app"),
    "DATABASE_OWNER_URL": _NOWHERE.format(role="cortex_owner"),
    "DATABASE_SERVICE_URL": _NOWHERE.format(role="cortex_service"),
    "REDIS_URL": "unix:///nonexistent/valkey.sock?db=0",
}
INSTALLATIONS = {
    installation.kind: installation
    for installation in (
        Installation(kind="plain"),
        Installation(
            kind="dev",
            reads_machine_file=True,
            defaults={"DEBUG": "on", "ALLOWED_HOSTS": "localhost,127.0.0.1,[::1]"},
        ),
        Installation(kind="prod", must_be_safe=True),
        Installation(
            kind="test",
            defaults={**_NO_SERVERS, "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1"},
        ),
        Installation(kind="build", defaults=_NO_SERVERS),
    )
}


def installation_of(environ: Mapping[str, str]) -> Installation:
    """Return the kind that the settings module of this environment names; `plain` for modules of others."""
    package, _, kind = environ.get(MODULE_VARIABLE, "").rpartition(".")
    return INSTALLATIONS[kind if package == "settings" and kind in INSTALLATIONS else "plain"]


def machine_file() -> Path:
    """Return the path of the file in which the embedded servers say what they chose."""
    return home_of_the_program() / ".cortex" / "env"
