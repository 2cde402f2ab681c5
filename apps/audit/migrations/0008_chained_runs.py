# SPDX-License-Identifier: Apache-2.0
"""Each run of checks names the one before it."""

from django.db import migrations, models

from cortex.database.sql_files import run_sql_file


class Migration(migrations.Migration):
    """The columns are the SQL file's; Django's state only knows them."""

    dependencies = [("audit", "0007_governance")]

    operations = [
        run_sql_file(migration=__file__, name="0008_chained_runs.sql"),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AddField("checkrun", "format", models.SmallIntegerField(default=1)),
                migrations.AddField(
                    "checkrun", "previous_digest", models.CharField(max_length=64, null=True)
                ),
            ],
        ),
    ]
