# SPDX-License-Identifier: Apache-2.0
"""Plugins propose, for the person on whose behalf they act."""

from django.db import migrations

from cortex.database.sql_files import run_sql_file


class Migration(migrations.Migration):
    """Constraints alone; no column changes."""

    dependencies = [("approvals", "0002_persons_behind_programs")]

    operations = [run_sql_file(migration=__file__, name="0003_plugins_propose.sql")]
