# SPDX-License-Identifier: Apache-2.0
"""Who shares a company with a user, asked before any scope is known."""

from django.db import migrations

from cortex.database.sql_files import run_sql_file


class Migration(migrations.Migration):
    """A function only; no table changes."""

    dependencies = [("identity", "0001_users")]

    operations = [run_sql_file(migration=__file__, name="0002_colleagues.sql")]
