# SPDX-License-Identifier: Apache-2.0
"""One row for each night in which rules on how long data is kept were applied, whatever was due."""

from django.db import migrations, models

from cortex.database.sql_files import run_sql_file


class Migration(migrations.Migration):
    """The table is the SQL file's; Django's state only knows its columns."""

    dependencies = [
        ("audit", "0014_governance_check"),
        ("django_celery_beat", "0019_alter_periodictasks_options"),
    ]

    operations = [
        run_sql_file(migration=__file__, name="0016_retention_night.sql"),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="RetentionNight",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        ("ran_at", models.DateTimeField()),
                        ("version_number", models.IntegerField()),
                        ("company_count", models.IntegerField()),
                        ("refused_count", models.IntegerField()),
                        ("failed_count", models.IntegerField()),
                        ("done_count", models.BigIntegerField()),
                        ("held_count", models.BigIntegerField()),
                        ("left_count", models.BigIntegerField()),
                        ("counts", models.JSONField()),
                    ],
                    options={"db_table": "audit_retention_night", "ordering": ("-id",)},
                ),
            ],
        ),
    ]
