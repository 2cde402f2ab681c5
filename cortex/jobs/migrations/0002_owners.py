# SPDX-License-Identifier: Apache-2.0
"""Jobs that a program asked for in a person's name are the person's."""

from django.db import migrations, models

from cortex.database.sql_files import run_sql_file


class Migration(migrations.Migration):
    """The table is the SQL file's; Django's state only knows its columns."""

    dependencies = [("jobs", "0001_job")]

    operations = [
        run_sql_file(migration=__file__, name="0002_owners.sql"),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AddField(
                    model_name="job", name="owner_acts_for_person", field=models.BooleanField(default=False)
                ),
                migrations.AddField(
                    model_name="job",
                    name="owner_certificate",
                    field=models.CharField(blank=True, default="", max_length=255),
                    preserve_default=False,
                ),
            ]
        ),
    ]
