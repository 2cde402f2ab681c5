# SPDX-License-Identifier: Apache-2.0
"""Results of the daily check of the rules in force."""

from django.db import migrations, models

from cortex.database.sql_files import run_sql_file


class Migration(migrations.Migration):
    """The table is the SQL file's; Django's state only knows its columns."""

    dependencies = [("audit", "0013_exception_documents")]

    operations = [
        run_sql_file(migration=__file__, name="0014_governance_check.sql"),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="GovernanceCheck",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        ("checked_at", models.DateTimeField()),
                        ("version_number", models.IntegerField()),
                        ("problem_count", models.IntegerField()),
                        ("problems", models.JSONField()),
                        ("clear_counts", models.JSONField()),
                        ("clear_count", models.BigIntegerField()),
                    ],
                    options={"db_table": "audit_governance_check", "ordering": ("-id",)},
                ),
            ],
        ),
    ]
