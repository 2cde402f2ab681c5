# SPDX-License-Identifier: Apache-2.0
"""Idempotency keys."""

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
        run_sql_file(migration=__file__, name="0001_idempotency_key.sql"),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="IdempotencyKey",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=cortex.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("principal", models.CharField(max_length=200)),
                        ("key", models.CharField(max_length=255)),
                        ("request_digest", models.BinaryField(max_length=32)),
                        ("status", models.PositiveSmallIntegerField(null=True)),
                        ("headers", models.JSONField(default=dict)),
                        ("body", models.BinaryField(null=True)),
                        ("created_at", models.DateTimeField()),
                        ("expires_at", models.DateTimeField()),
                        (
                            "company",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="tenancy.company",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "api_idempotency_key",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("principal", "key"), name="idempotency_key_unique"
                            )
                        ],
                    },
                ),
            ]
        ),
    ]
