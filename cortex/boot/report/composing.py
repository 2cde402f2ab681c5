# SPDX-License-Identifier: Apache-2.0
"""Compose the boot report: equal on any machine that runs the same, but for `time` and `host`."""

import platform
import socket
from datetime import datetime
from functools import cache
from importlib import metadata
from typing import Any, TypedDict

from cortex.boot.configuration import current_configuration
from cortex.boot.configuration.artefact.keys import key_id
from cortex.boot.lifecycle.hooks import HOOKS, PHASES, ProcessKind
from cortex.boot.lifecycle.order import ordered
from cortex.boot.log_header.keys import configured_key
from cortex.boot.provenance import build_digest, configuration_digest, lock_digest, schema_head
from cortex.boot.provenance.schema import schema_leaves
from cortex.boot.report.sections import told_sections
from cortex.canonical_json import canonical_digest

# The ones that people ask for first; the lock digest stands for all.
_NAMED = ("codexion-cortex", "celery", "cryptography", "django", "djangorestframework", "psycopg", "redis")


class Report(TypedDict):
    """`started` is the same wherever the same starts, and `digest` is its SHA-256."""

    started: dict[str, Any]
    digest: str
    time: str
    host: dict[str, str]


def compose_report(*, process: ProcessKind, at: datetime) -> Report:
    """Return what a process of this kind starts, told by this one."""
    key = configured_key()
    started: dict[str, Any] = {
        "process": process,
        "versions": _versions(),
        "build_digest": build_digest(),
        "configuration_digest": configuration_digest(),
        "configuration_files": {
            file.name: f"version {file.version}, {file.digest}, by key {file.key_id}"
            for file in current_configuration().artefacts
        },
        "lock_digest": lock_digest(process=process),
        "schema_head": schema_head(),
        "migrations": {app: " ".join(leaves) for app, leaves in schema_leaves().items()},
        "log_key_id": key_id(key.public_key()) if key is not None else None,
        "hooks": _hooks(process),
        **told_sections(),
    }
    return Report(
        started=started,
        digest=canonical_digest(started),
        time=at.isoformat(timespec="milliseconds"),
        host=_host(),
    )


@cache
def _versions() -> dict[str, str]:
    """Read the versions that are installed, which a lock only wishes for."""
    return {name: metadata.version(name) for name in _NAMED}


def _hooks(process: ProcessKind) -> list[dict[str, Any]]:
    return [
        {
            "phase": phase,
            "name": hook.name,
            "after": sorted(hook.after),
            "timeout_seconds": f"{hook.timeout_seconds:g}",
            "is_undone": HOOKS.ending(hook.name) is not None,
        }
        for phase in PHASES
        if phase != "on_shutdown"
        for hook in ordered(hooks=HOOKS, phase=phase, process=process)
    ]


def _host() -> dict[str, str]:
    return {"name": socket.gethostname(), "python": platform.python_version(), "system": platform.platform()}
