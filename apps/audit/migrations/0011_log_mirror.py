# SPDX-License-Identifier: Apache-2.0
"""How far the mirrors of the log are."""

from django.db import migrations, models

from cortex.database.sql_files import run_sql_file


class Migration(migrations.Migration):
    """The table is the SQL file's; Django's state only knows its columns."""

    dependencies = [("audit", "0010_log_segments")]

    operations = [
        run_sql_file(migration=__file__, name="0011_log_mirror.sql"),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="LogMirror",
                    fields=[
                        ("name", models.CharField(max_length=500, primary_key=True, serialize=False)),
                        ("leaves", models.BigIntegerField()),
                        ("tree_size", models.BigIntegerField()),
                        ("mirrored_at", models.DateTimeField(null=True)),
                    ],
                    options={"db_table": "audit_log_mirror"},
                ),
            ],
        ),
    ]
