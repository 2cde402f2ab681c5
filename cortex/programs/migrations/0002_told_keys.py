# SPDX-License-Identifier: Apache-2.0
"""Which signing keys the log knows of."""

from django.db import migrations, models

from cortex.database.sql_files import run_sql_file


class Migration(migrations.Migration):
    """One column, which is false of every key from before."""

    dependencies = [("programs", "0001_programs")]

    operations = [
        run_sql_file(migration=__file__, name="0002_told_keys.sql"),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AddField(
                    model_name="signingkey", name="is_told", field=models.BooleanField(default=False)
                )
            ]
        ),
    ]
