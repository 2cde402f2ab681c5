# SPDX-License-Identifier: Apache-2.0
"""The service role deletes jobs whose time is over."""

from django.db import migrations

from cortex.database.sql_files import run_sql_file


class Migration(migrations.Migration):
    """A right; no table changes."""

    dependencies = [("jobs", "0002_owners")]

    operations = [run_sql_file(migration=__file__, name="0003_retention.sql")]
