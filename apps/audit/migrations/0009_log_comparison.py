# SPDX-License-Identifier: Apache-2.0
"""Results of the daily comparison of leaves and the signed tree."""

from django.db import migrations, models

from cortex.database.sql_files import run_sql_file


class Migration(migrations.Migration):
    """The table is the SQL file's; Django's state only knows its columns."""

    dependencies = [("audit", "0008_chained_runs")]

    operations = [
        run_sql_file(migration=__file__, name="0009_log_comparison.sql"),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="LogComparison",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        ("started_at", models.DateTimeField()),
                        ("finished_at", models.DateTimeField()),
                        ("tree_size", models.BigIntegerField()),
                        ("difference_count", models.BigIntegerField()),
                        ("differences", models.JSONField()),
                    ],
                    options={"db_table": "audit_log_comparison", "ordering": ("-id",)},
                ),
            ],
        ),
    ]
