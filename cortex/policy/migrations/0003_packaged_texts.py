# SPDX-License-Identifier: Apache-2.0
"""What releases bring along as version 0 is kept, and decisions under it say by which text they were made."""

from django.db import migrations, models

from cortex.database.sql_files import run_sql_file


class Migration(migrations.Migration):
    """The table is the SQL file's; Django's state only knows its columns."""

    dependencies = [("policy", "0002_approved_by_another_person")]

    operations = [
        run_sql_file(migration=__file__, name="0003_packaged_texts.sql"),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="PolicyPackagedText",
                    fields=[
                        ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                        ("text", models.TextField()),
                        ("digest", models.CharField(editable=False, max_length=64)),
                        ("schema_digest", models.CharField(max_length=64)),
                        ("release", models.CharField(max_length=100)),
                        ("recorded_at", models.DateTimeField()),
                    ],
                    options={"db_table": "policy_packaged_text", "ordering": ("-id",)},
                ),
                migrations.AddField(
                    model_name="policydecision",
                    name="packaged_digest",
                    field=models.CharField(max_length=64, null=True),
                ),
            ]
        ),
    ]
