# SPDX-License-Identifier: Apache-2.0
"""What the application role may do to tables of libraries; tables of our own grant in their own SQL.

Every table of a library stands here, so that a new one is a decision and not an accident.
"""

from collections.abc import Mapping

from django.apps import apps
from django.db import connections
from psycopg import sql

from cortex.errors import CortexError

READ = "SELECT"
APPEND = "SELECT, INSERT"
REPLACE = "SELECT, INSERT, DELETE"
WRITE = "SELECT, INSERT, UPDATE, DELETE"
CLEAR = "SELECT, DELETE"
NOTHING = ""

APPLICATION_GRANTS: Mapping[str, str] = {
    # Addresses stand with the user, and are confirmed by links of our own.
    "account_emailaddress": READ,
    "account_emailconfirmation": NOTHING,
    "auth_group": WRITE,
    "auth_group_permissions": REPLACE,
    "auth_permission": READ,
    "django_admin_log": APPEND,
    "django_content_type": READ,
    "django_migrations": READ,
    "django_session": WRITE,
    "guardian_groupobjectpermission": REPLACE,
    "guardian_userobjectpermission": REPLACE,
    "mfa_authenticator": WRITE,
    "oauth2_provider_accesstoken": WRITE,
    "oauth2_provider_application": WRITE,
    # Codes and tokens are locked before they are used up or deleted, which takes the right to update.
    "oauth2_provider_devicegrant": WRITE,
    "oauth2_provider_grant": WRITE,
    "oauth2_provider_idtoken": WRITE,
    "oauth2_provider_refreshtoken": WRITE,
    # Providers come from the configuration, and no token of theirs is kept.
    "socialaccount_socialaccount": WRITE,
    "socialaccount_socialapp": READ,
    # Deleting a link looks for its tokens.
    "socialaccount_socialtoken": CLEAR,
    "django_celery_beat_clockedschedule": WRITE,
    "django_celery_beat_crontabschedule": WRITE,
    "django_celery_beat_intervalschedule": WRITE,
    "django_celery_beat_periodictask": WRITE,
    "django_celery_beat_periodictasks": WRITE,
    "django_celery_beat_solarschedule": WRITE,
}


class TableMustHaveAGrantRule(CortexError):
    """A library brought a table that nobody decided about."""

    code = "database.table_must_have_a_grant_rule"
    status = 500


def grant_library_tables(*, using: str) -> None:
    """Give the application role its rights on every library table, and no others.

    Raises: TableMustHaveAGrantRule, naming the tables without a rule.
    """
    tables = library_tables(using=using)
    unknown = sorted(tables - set(APPLICATION_GRANTS))
    if unknown:
        raise TableMustHaveAGrantRule(
            f"Tables {', '.join(unknown)}: expected a rule in cortex/database/grants.py, got none. "
            "Decide what the application role needs and add it.",
            evidence={"object": "table", "got": unknown, "remedy": "add a rule"},
        )
    with connections[using].cursor() as cursor:
        for table in sorted(tables):
            _grant(cursor, table=table, privileges=APPLICATION_GRANTS[table])


def library_tables(*, using: str) -> set[str]:
    """Return the tables of this database that no app of ours owns."""
    connection = connections[using]
    with connection.cursor() as cursor:
        present = {info.name for info in connection.introspection.get_table_list(cursor) if info.type == "t"}
    ours = tuple(f"{config.label}_" for config in apps.get_app_configs() if _is_ours(config.name))
    return {table for table in present if not table.startswith(ours)}


def _is_ours(app_name: str) -> bool:
    return app_name.partition(".")[0] in ("apps", "cortex")


def _grant(cursor: object, *, table: str, privileges: str) -> None:
    names = {"table": sql.Identifier(table), "privileges": sql.SQL(privileges)}
    execute = cursor.execute  # type: ignore[attr-defined] # Django's cursor passes composed SQL through
    execute(sql.SQL("REVOKE ALL ON {table} FROM cortex_app").format(**names))
    if privileges:
        execute(sql.SQL("GRANT {privileges} ON {table} TO cortex_app").format(**names))
    if "INSERT" in privileges:
        _grant_sequences(cursor, table=table)


def _grant_sequences(cursor: object, *, table: str) -> None:
    """Identity columns need no right on their sequence; `serial` ones of old migrations do."""
    execute = cursor.execute  # type: ignore[attr-defined]
    execute(
        "SELECT pg_get_serial_sequence(%s, attname) FROM pg_attribute WHERE attrelid = %s::regclass"
        " AND attnum > 0 AND NOT attisdropped AND pg_get_serial_sequence(%s, attname) IS NOT NULL",
        [table, table, table],
    )
    for (sequence,) in cursor.fetchall():  # type: ignore[attr-defined]
        execute(f"GRANT USAGE, SELECT ON SEQUENCE {sequence} TO cortex_app")
