# SPDX-License-Identifier: Apache-2.0
"""What is not known of jobs that programs asked for long ago is not guessed."""

from django.db import migrations, models

from cortex.database.sql_files import run_sql_file


class Migration(migrations.Migration):
    """The table is the SQL file's; Django's state only knows its columns."""

    dependencies = [("jobs", "0003_retention")]

    operations = [
        run_sql_file(migration=__file__, name="0004_known_owners.sql"),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AddField(
                    model_name="job", name="owner_is_known", field=models.BooleanField(default=True)
                )
            ]
        ),
    ]
