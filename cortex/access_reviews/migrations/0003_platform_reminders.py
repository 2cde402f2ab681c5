# SPDX-License-Identifier: Apache-2.0
"""Reminders of access reviews of the platform."""

from django.db import migrations, models

from cortex.database.sql_files import run_sql_file


class Migration(migrations.Migration):
    """The column is the SQL file's; Django's state only knows it."""

    dependencies = [("access_reviews", "0002_platform_reviews")]

    operations = [
        run_sql_file(migration=__file__, name="0003_platform_reminders.sql"),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AddField(
                    model_name="platformreview", name="reminded_date", field=models.DateField(null=True)
                )
            ]
        ),
    ]
