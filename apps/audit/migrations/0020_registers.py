# SPDX-License-Identifier: Apache-2.0
"""A run of checks fixes what was recorded for the installation by then."""

from django.db import migrations, models

from cortex.database.sql_files import run_sql_file


class Migration(migrations.Migration):
    """The column is the SQL file's; Django's state only knows it."""

    dependencies = [("audit", "0018_denial_seals")]

    operations = [
        run_sql_file(migration=__file__, name="0020_registers.sql"),
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.AddField("checkrun", "register", models.JSONField(null=True))]
        ),
    ]
