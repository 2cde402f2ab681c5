# SPDX-License-Identifier: Apache-2.0
"""What plugins keep, what waits for them, and their calls."""

import django.db.models.deletion
from django.db import migrations, models

import cortex.ids
from cortex.database.sql_files import run_sql_file


class Migration(migrations.Migration):
    """The tables are the SQL file's; Django's state only knows their columns."""

    dependencies = [("plugins", "0001_plugins")]

    operations = [
        run_sql_file(migration=__file__, name="0002_calls.sql"),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="PluginCall",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=cortex.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("plugin_id", models.CharField(max_length=100, verbose_name="plugin")),
                        ("version", models.CharField(max_length=64)),
                        ("handler", models.CharField(max_length=100)),
                        (
                            "trigger",
                            models.CharField(
                                choices=[
                                    ("event", "Event"),
                                    ("job", "Job"),
                                    ("endpoint", "Endpoint"),
                                    ("validator", "Validator"),
                                    ("try", "Try"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("trigger_id", models.CharField(blank=True, max_length=200)),
                        ("called_by", models.CharField(max_length=200)),
                        ("started_at", models.DateTimeField()),
                        ("milliseconds", models.IntegerField()),
                        ("fuel", models.BigIntegerField()),
                        ("memory_bytes", models.BigIntegerField()),
                        ("host_calls", models.IntegerField()),
                        ("outcome", models.CharField(blank=True, max_length=100)),
                        ("message", models.CharField(blank=True, max_length=1000)),
                        ("traceback", models.CharField(blank=True, max_length=6000)),
                        ("lines", models.JSONField()),
                        (
                            "company",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="tenancy.company",
                            ),
                        ),
                        (
                            "installation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="plugins.installation",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "plugins_call",
                        "ordering": ("-id",),
                    },
                ),
                migrations.CreateModel(
                    name="PluginRun",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=cortex.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("trigger", models.CharField(max_length=10)),
                        ("trigger_id", models.CharField(max_length=200)),
                        ("handler", models.CharField(max_length=100)),
                        ("given", models.JSONField()),
                        ("hops", models.SmallIntegerField()),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("queued", "Queued"),
                                    ("running", "Running"),
                                    ("done", "Done"),
                                    ("failed", "Failed"),
                                ],
                                default="queued",
                                max_length=7,
                            ),
                        ),
                        ("attempts", models.SmallIntegerField(default=0)),
                        ("queued_at", models.DateTimeField()),
                        ("claim", models.UUIDField(null=True)),
                        ("claimed_until", models.DateTimeField(null=True)),
                        ("ended_at", models.DateTimeField(null=True)),
                        ("error", models.CharField(blank=True, default="", max_length=100)),
                        (
                            "company",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="tenancy.company",
                            ),
                        ),
                        (
                            "installation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="plugins.installation",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "plugins_run",
                        "ordering": ("-id",),
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("company", "installation", "trigger", "trigger_id"),
                                name="plugins_run_once",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="StoredValue",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=cortex.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("plugin_id", models.CharField(max_length=100, verbose_name="plugin")),
                        ("key", models.CharField(db_collation="C", max_length=200)),
                        ("text", models.TextField()),
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
                        "db_table": "plugins_stored_value",
                        "ordering": ("plugin_id", "key"),
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("company", "plugin_id", "key"), name="plugins_stored_value_once"
                            )
                        ],
                    },
                ),
            ]
        ),
    ]
