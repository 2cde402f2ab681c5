# SPDX-License-Identifier: Apache-2.0
"""The outbox."""

import django.db.models.deletion
from django.db import migrations, models

import cortex.ids
from cortex.database.sql_files import run_sql_file


class Migration(migrations.Migration):
    """The tables are the SQL file's; Django's state only knows their columns."""

    initial = True

    dependencies = [
        ("tenancy", "0001_company"),
    ]

    operations = [
        run_sql_file(migration=__file__, name="0001_outbox.sql"),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="OutboxEvent",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=cortex.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("aggregate_type", models.CharField(max_length=100)),
                        ("aggregate_id", models.UUIDField()),
                        ("event_type", models.CharField(max_length=150)),
                        ("envelope", models.BinaryField()),
                        ("recorded_at", models.DateTimeField()),
                        (
                            "company",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="tenancy.company",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "events_outbox_event",
                        "ordering": ("-id",),
                    },
                ),
            ]
        ),
    ]
