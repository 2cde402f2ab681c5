# SPDX-License-Identifier: Apache-2.0
"""Refuse a database login that row-level security would not bind."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connections

_HINT = "Point DATABASE_URL at the role cortex_app; cortex.database.provision makes the three roles."
_WHO = """
    SELECT current_user, rolsuper, rolbypassrls, pg_has_role(current_user, pg_get_userbyid(datdba), 'MEMBER')
      FROM pg_roles, pg_database WHERE rolname = current_user AND datname = current_database()
"""


@register(Tags.database)
def application_role_is_bound(
    app_configs: Any, databases: Sequence[str] | None = None, **_options: Any
) -> list[CheckMessage]:
    """Find a superuser, the owner, or a role that bypasses row-level security behind `default`.

    Django runs it where databases are asked for: by `migrate`, and by `check --database default`.
    """
    if not databases:
        return []
    return [Error(sentence, hint=_HINT, id="database.E001") for sentence in powers_of_application_role()]


def powers_of_application_role() -> list[str]:
    """Return one sentence for each power that the role behind `default` must not have."""
    with connections["default"].cursor() as cursor:
        cursor.execute(_WHO)
        user, is_superuser, bypasses, is_owner = cursor.fetchone()
    powers = {
        "a superuser": is_superuser,
        "one that bypasses row-level security": bypasses,
        "the owner": is_owner,
    }
    return [
        f"DATABASE_URL: expected a role that row-level security binds, got {user}, {power}."
        for power, has_it in powers.items()
        if has_it
    ]


def refuse_powerful_role() -> None:
    """Stop a production process at its start; raises ImproperlyConfigured.

    A database that is away for the moment stops nothing: readiness tells it, and the role has not changed.
    """
    if not getattr(settings, "DATABASE_ROLES_MUST_BE_SEPARATE", False):
        return
    try:
        powers = powers_of_application_role()
    except DatabaseError:
        return
    finally:
        connections["default"].close()
    if powers:
        raise ImproperlyConfigured(" ".join([*powers, _HINT]))
