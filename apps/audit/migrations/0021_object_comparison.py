# SPDX-License-Identifier: Apache-2.0
"""Results of the daily comparison of objects with the leaves of their verbs."""

from django.db import migrations, models

from cortex.database.sql_files import run_sql_file


class Migration(migrations.Migration):
    """Columns and table are the SQL file's; Django's state only knows them."""

    dependencies = [("audit", "0020_registers")]

    operations = [
        run_sql_file(migration=__file__, name="0021_object_comparison.sql"),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AddField("auditreconciliation", "object_count", models.BigIntegerField(default=0)),
                migrations.AddField(
                    "auditreconciliation", "earlier_count", models.BigIntegerField(default=0)
                ),
                migrations.CreateModel(
                    name="PlatformComparison",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        ("started_at", models.DateTimeField()),
                        ("finished_at", models.DateTimeField()),
                        ("object_count", models.BigIntegerField()),
                        ("earlier_count", models.BigIntegerField()),
                        ("difference_count", models.BigIntegerField()),
                        ("differences", models.JSONField()),
                    ],
                    options={"db_table": "audit_platform_comparison", "ordering": ("-id",)},
                ),
            ],
        ),
    ]
