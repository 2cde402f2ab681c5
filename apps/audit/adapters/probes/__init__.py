# SPDX-License-Identifier: Apache-2.0
"""Probes of live state, one family for each file. A pack names them; none comes with a pack."""

from importlib import import_module

FAMILIES = (
    "access_reviews",
    "accounts",
    "approvals",
    "backups",
    "books",
    "browser",
    "certificates",
    "database_rights",
    "database_rules",
    "dependencies",
    "duties",
    "emergency_access",
    "events",
    "governance",
    "log",
    "passwords",
    "policies",
    "programs",
    "running",
    "secrets",
    "sessions",
    "tokens",
    "transport",
    "work",
)


def load() -> None:
    """Register every probe."""
    for family in FAMILIES:
        import_module(f"{__name__}.{family}")
