# SPDX-License-Identifier: Apache-2.0
"""Refuse a database login that row-level security would not bind."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from cortex.boot.lifecycle import SERVING, hook

VARIABLES = {"default": "DATABASE_URL", "service": "DATABASE_SERVICE_URL"}
_HINT = (
    "Point DATABASE_URL at the role cortex_app and DATABASE_SERVICE_URL at cortex_service; "
    "cortex.database.provision makes the three roles."
)
# A login made for one process belongs to a role and has its rights. What it belongs to it can also become
# (SET ROLE), and what a session began as it can become again, so both count as powers of its own.
_WHO = """
    SELECT user_now, bool_or(rolsuper), bool_or(rolbypassrls),
           bool_or(rolname = pg_get_userbyid(datdba)), bool_or(rolname = 'cortex_service')
      FROM (SELECT current_user::text AS user_now) who, pg_database, pg_roles
     WHERE datname = current_database()
       AND (pg_has_role(current_user, pg_roles.oid, 'MEMBER')
            OR pg_has_role(session_user, pg_roles.oid, 'MEMBER'))
     GROUP BY user_now
"""


@register(Tags.database)
def roles_are_bound(
    app_configs: Any, databases: Sequence[str] | None = None, **_options: Any
) -> list[CheckMessage]:
    """Find a superuser, the owner, or a role that bypasses row-level security behind `default` or `service`.

    Django runs it where databases are asked for: by `migrate`, and by `check --database default`.
    """
    if not databases:
        return []
    sentences = [sentence for alias in VARIABLES for sentence in powers_of_role(alias=alias)]
    return [Error(sentence, hint=_HINT, id="database.E001") for sentence in sentences]


def powers_of_role(*, alias: str) -> list[str]:
    """Return one sentence for each power that the role behind `alias` must not have."""
    with connections[alias].cursor() as cursor:
        cursor.execute(_WHO)
        user, is_mighty, bypasses, is_owner, sees_all = cursor.fetchone()
    powers = {
        "a superuser": is_mighty,
        "one that bypasses row-level security": bypasses,
        "the owner": is_owner,
        "one that sees all companies": sees_all and alias == "default",
    }
    return [
        f"{VARIABLES[alias]}: expected a role that row-level security binds, got {user}, {power}."
        for power, has_it in powers.items()
        if has_it
    ]


def refuse_powerful_session(*, connection: BaseDatabaseWrapper, **_signal: Any) -> None:
    """Close a new connection of production whose role is too powerful; raises ImproperlyConfigured.

    Every new connection is judged, in whichever program: web, worker, beat or command.
    """
    must_be_bound = getattr(settings, "DATABASE_ROLES_MUST_BE_SEPARATE", False)
    if not must_be_bound or connection.alias not in VARIABLES:
        return
    powers = powers_of_role(alias=connection.alias)
    if powers:
        connection.close()
        raise ImproperlyConfigured(" ".join([*powers, _HINT]))


@hook("on_boot", name="database.roles", processes=SERVING, timeout_seconds=30)
def refuse_powerful_role() -> None:
    """Stop a production process at its start, before the first request; raises ImproperlyConfigured.

    A database that is away for the moment stops nothing: its first connection will be judged.
    """
    if not getattr(settings, "DATABASE_ROLES_MUST_BE_SEPARATE", False):
        return
    for alias in VARIABLES:
        connections[alias].close()
        try:
            connections[alias].ensure_connection()
        except DatabaseError:
            continue
        finally:
            connections[alias].close()
