# SPDX-License-Identifier: Apache-2.0
"""Segments of the logs of processes."""

from django.db import migrations, models

from cortex.database.sql_files import run_sql_file


class Migration(migrations.Migration):
    """The tables are the SQL file's; Django's state only knows their columns."""

    dependencies = [("audit", "0009_log_comparison")]

    operations = [
        run_sql_file(migration=__file__, name="0010_log_segments.sql"),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="LogSegment",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        ("stream", models.CharField(max_length=300)),
                        ("ordinal", models.BigIntegerField()),
                        ("file", models.BigIntegerField()),
                        ("first_byte", models.BigIntegerField()),
                        ("end_byte", models.BigIntegerField()),
                        ("sha256", models.CharField(max_length=64)),
                        ("former", models.CharField(max_length=64, null=True)),
                        ("closes", models.BooleanField()),
                        ("broken", models.CharField(max_length=300, null=True)),
                        ("sealed_at", models.DateTimeField()),
                        ("statement", models.BinaryField()),
                    ],
                    options={"db_table": "audit_log_segment", "ordering": ("stream", "ordinal")},
                ),
                migrations.AddConstraint(
                    model_name="logsegment",
                    constraint=models.UniqueConstraint(
                        fields=("stream", "ordinal"), name="log_segment_unique"
                    ),
                ),
                migrations.CreateModel(
                    name="LogCustodian",
                    fields=[
                        ("host", models.CharField(max_length=200, primary_key=True, serialize=False)),
                        ("looked_at", models.DateTimeField()),
                    ],
                    options={"db_table": "audit_log_custodian"},
                ),
            ],
        ),
    ]
