# SPDX-License-Identifier: Apache-2.0
"""The relay's work list, leases, inboxes and deliveries on hold."""

import django.db.models.deletion
from django.db import migrations, models

import cortex.ids
from cortex.database.sql_files import run_sql_file


class Migration(migrations.Migration):
    """The tables are the SQL file's; Django's state only knows their columns."""

    dependencies = [
        ("events", "0001_outbox"),
    ]

    operations = [
        run_sql_file(migration=__file__, name="0002_relay_and_inbox.sql"),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AddField(
                    model_name="outboxevent",
                    name="position",
                    field=models.BigIntegerField(editable=False),
                    preserve_default=False,
                ),
                migrations.CreateModel(
                    name="HeldDelivery",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=cortex.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("subscriber", models.CharField(max_length=100)),
                        ("event_id", models.UUIDField()),
                        ("aggregate_id", models.UUIDField()),
                        ("lane", models.SmallIntegerField()),
                        ("position", models.BigIntegerField()),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("waiting", "waiting for its next attempt"),
                                    ("dead", "dead letter"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("attempts", models.SmallIntegerField()),
                        ("due_at", models.DateTimeField()),
                        ("last_error", models.CharField(max_length=2000)),
                        ("held_at", models.DateTimeField()),
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
                        "db_table": "events_held_delivery",
                        "ordering": ("position",),
                        "verbose_name_plural": "held deliveries",
                    },
                ),
            ]
        ),
    ]
