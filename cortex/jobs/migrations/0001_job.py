# SPDX-License-Identifier: Apache-2.0
"""Jobs."""

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
        run_sql_file(migration=__file__, name="0001_job.sql"),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="Job",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=cortex.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("kind", models.CharField(max_length=100)),
                        ("owner_kind", models.CharField(max_length=10)),
                        ("owner_id", models.CharField(max_length=150)),
                        ("owner_user_id", models.UUIDField(null=True)),
                        ("owner_scopes", models.JSONField(null=True)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("queued", "Queued"),
                                    ("running", "Running"),
                                    ("succeeded", "Succeeded"),
                                    ("failed", "Failed"),
                                    ("cancelled", "Cancelled"),
                                ],
                                default="queued",
                                max_length=10,
                            ),
                        ),
                        ("done", models.PositiveBigIntegerField(default=0)),
                        ("total", models.PositiveBigIntegerField(null=True)),
                        ("message", models.CharField(blank=True, max_length=500)),
                        ("input", models.JSONField(default=dict)),
                        ("files", models.JSONField(default=list)),
                        ("result", models.JSONField(null=True)),
                        ("error", models.JSONField(null=True)),
                        ("attempts", models.PositiveSmallIntegerField(default=0)),
                        ("claim", models.UUIDField(null=True)),
                        ("lease_until", models.DateTimeField(null=True)),
                        ("sent_at", models.DateTimeField(null=True)),
                        ("cancel_requested_at", models.DateTimeField(null=True)),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("started_at", models.DateTimeField(null=True)),
                        ("finished_at", models.DateTimeField(null=True)),
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
                        "db_table": "jobs_job",
                        "ordering": ("-id",),
                    },
                ),
            ]
        ),
    ]
