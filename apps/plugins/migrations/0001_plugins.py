# SPDX-License-Identifier: Apache-2.0
"""Bundles, versions, keys that count, installations and the kill-switch."""

import django.db.models.deletion
from django.db import migrations, models

import cortex.ids
from cortex.database.sql_files import run_sql_file


class Migration(migrations.Migration):
    """The tables are the SQL file's; Django's state only knows their columns."""

    initial = True

    dependencies = [
        ("tenancy", "0001_company"),
        ("identity", "0003_roles"),
    ]

    operations = [
        run_sql_file(migration=__file__, name="0001_plugins.sql"),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="PluginSwitch",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=cortex.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("plugin_id", models.CharField(blank=True, max_length=100, verbose_name="plugin")),
                        ("is_off", models.BooleanField()),
                        ("reason", models.CharField(max_length=500)),
                        ("turned_by", models.CharField(max_length=200)),
                        ("turned_at", models.DateTimeField()),
                    ],
                    options={
                        "verbose_name_plural": "plugin switches",
                        "db_table": "plugins_switch",
                        "ordering": ("-id",),
                    },
                ),
                migrations.CreateModel(
                    name="StoredBundle",
                    fields=[
                        ("digest", models.CharField(max_length=64, primary_key=True, serialize=False)),
                        ("content", models.BinaryField()),
                    ],
                    options={
                        "db_table": "plugins_bundle",
                    },
                ),
                migrations.CreateModel(
                    name="TrustedKey",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=cortex.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "role",
                            models.CharField(
                                choices=[("publisher", "Publisher"), ("reviewer", "Reviewer")], max_length=10
                            ),
                        ),
                        ("publisher", models.CharField(blank=True, default="", max_length=60)),
                        ("keyid", models.CharField(max_length=64, unique=True, verbose_name="key id")),
                        ("public_key", models.CharField(max_length=64, unique=True)),
                        ("added_by", models.CharField(max_length=200)),
                        ("added_at", models.DateTimeField()),
                        ("revoked_at", models.DateTimeField(null=True)),
                        ("revoked_reason", models.CharField(blank=True, default="", max_length=500)),
                    ],
                    options={
                        "db_table": "plugins_trusted_key",
                        "ordering": ("role", "publisher", "id"),
                    },
                ),
                migrations.CreateModel(
                    name="PluginVersion",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=cortex.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("plugin_id", models.CharField(max_length=100, verbose_name="plugin")),
                        ("version", models.CharField(max_length=64)),
                        ("publisher", models.CharField(max_length=60)),
                        ("bundle_digest", models.CharField(max_length=64, unique=True)),
                        ("component_digest", models.CharField(max_length=64)),
                        ("manifest_text", models.TextField()),
                        ("capabilities", models.JSONField()),
                        ("signed_by", models.JSONField()),
                        (
                            "origin",
                            models.CharField(
                                choices=[("file", "File"), ("repository", "Repository")], max_length=10
                            ),
                        ),
                        ("added_by", models.CharField(max_length=200)),
                        ("added_at", models.DateTimeField()),
                        ("revoked_at", models.DateTimeField(null=True)),
                        ("revoked_reason", models.CharField(blank=True, default="", max_length=500)),
                    ],
                    options={
                        "db_table": "plugins_version",
                        "ordering": ("plugin_id", "-id"),
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("plugin_id", "version"), name="plugins_version_unique"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Installation",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=cortex.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("plugin_id", models.CharField(max_length=100, verbose_name="plugin")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("enabled", "Enabled"),
                                    ("disabled", "Disabled"),
                                    ("quarantined", "Quarantined"),
                                    ("removed", "Removed"),
                                ],
                                default="enabled",
                                max_length=12,
                            ),
                        ),
                        ("state_reason", models.CharField(blank=True, default="", max_length=500)),
                        ("granted", models.JSONField()),
                        ("settings", models.JSONField()),
                        ("installed_by", models.CharField(max_length=200)),
                        ("installed_by_user_id", models.UUIDField()),
                        ("installed_at", models.DateTimeField()),
                        (
                            "company",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="tenancy.company",
                            ),
                        ),
                        (
                            "previous_version",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="plugins.pluginversion",
                            ),
                        ),
                        (
                            "version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="plugins.pluginversion",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "plugins_installation",
                        "ordering": ("plugin_id", "-id"),
                    },
                ),
            ]
        ),
    ]
