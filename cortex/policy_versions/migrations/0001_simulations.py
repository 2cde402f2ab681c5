# SPDX-License-Identifier: Apache-2.0
"""Simulations of versions that run beside requests."""

import django.db.models.deletion
from django.db import migrations, models

import cortex.ids
from cortex.database.sql_files import run_sql_file


class Migration(migrations.Migration):
    """The table is the SQL file's; Django's state only knows its columns."""

    initial = True

    dependencies = [("policy", "0001_policies")]

    operations = [
        run_sql_file(migration=__file__, name="0001_simulations.sql"),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="PolicySimulation",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=cortex.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("digest", models.CharField(max_length=64)),
                        ("decisions_max", models.PositiveIntegerField()),
                        ("asked_by", models.CharField(max_length=200)),
                        ("asker", models.JSONField()),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("queued", "Queued"),
                                    ("running", "Running"),
                                    ("succeeded", "Succeeded"),
                                    ("failed", "Failed"),
                                ],
                                default="queued",
                                max_length=10,
                            ),
                        ),
                        ("done", models.PositiveIntegerField(default=0)),
                        ("total", models.PositiveIntegerField(null=True)),
                        ("error", models.JSONField(null=True)),
                        ("attempts", models.PositiveSmallIntegerField(default=0)),
                        ("claim", models.UUIDField(null=True)),
                        ("lease_until", models.DateTimeField(null=True)),
                        ("asked_at", models.DateTimeField()),
                        ("sent_at", models.DateTimeField()),
                        ("finished_at", models.DateTimeField(null=True)),
                        (
                            "version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="simulations",
                                to="policy.policyversion",
                            ),
                        ),
                    ],
                    options={"db_table": "policy_simulation", "ordering": ("-id",)},
                ),
            ]
        ),
    ]
