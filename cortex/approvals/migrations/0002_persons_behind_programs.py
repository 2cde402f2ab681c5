# SPDX-License-Identifier: Apache-2.0
"""Proposals that a program made in a person's name are the person's."""

from django.db import migrations, models

from cortex.database.sql_files import run_sql_file


class Migration(migrations.Migration):
    """The table is the SQL file's; Django's state only knows its columns."""

    dependencies = [("approvals", "0001_approvals")]

    operations = [
        run_sql_file(migration=__file__, name="0002_persons_behind_programs.sql"),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AddField(
                    model_name="proposal",
                    name="proposer_acts_for_person",
                    field=models.BooleanField(null=True),
                ),
            ]
        ),
    ]
