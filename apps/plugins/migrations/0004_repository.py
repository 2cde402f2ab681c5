# SPDX-License-Identifier: Apache-2.0
"""What this installation publishes, and the repositories of others that it trusts."""

import django.db.models.deletion
from django.db import migrations, models

import cortex.ids
from cortex.database.sql_files import run_sql_file


class Migration(migrations.Migration):
    """The tables are the SQL file's; Django's state only knows their columns."""

    dependencies = [("plugins", "0003_marketplace")]

    operations = [
        run_sql_file(migration=__file__, name="0004_repository.sql"),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="TrustedRepository",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=cortex.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("name", models.CharField(max_length=40, unique=True)),
                        ("url", models.CharField(blank=True, default="", max_length=500)),
                        ("root", models.TextField()),
                        ("allows_private_addresses", models.BooleanField(default=False)),
                        ("kept", models.JSONField(default=dict)),
                        ("newest", models.JSONField(default=dict)),
                        ("trusted_by", models.CharField(max_length=200)),
                        ("trusted_at", models.DateTimeField()),
                        ("refreshed_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "verbose_name_plural": "trusted repositories",
                        "db_table": "plugins_trusted_repository",
                        "ordering": ("name",),
                    },
                ),
                migrations.CreateModel(
                    name="RepositoryMetadata",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=cortex.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("role", models.CharField(max_length=60)),
                        ("version", models.IntegerField()),
                        ("content", models.BinaryField()),
                        ("made_at", models.DateTimeField()),
                    ],
                    options={
                        "db_table": "plugins_repository_metadata",
                        "ordering": ("role", "-version"),
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("role", "version"), name="plugins_repository_metadata_unique"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RepositoryTarget",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=cortex.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("path", models.CharField(max_length=300, unique=True)),
                        ("role", models.CharField(max_length=60)),
                        ("publisher", models.CharField(max_length=60)),
                        ("channel", models.CharField(max_length=60)),
                        ("plugin_id", models.CharField(max_length=100, verbose_name="plugin")),
                        ("version", models.CharField(max_length=64)),
                        ("custom", models.JSONField()),
                        ("published_by", models.CharField(max_length=200)),
                        ("published_at", models.DateTimeField()),
                        ("withdrawn_by", models.CharField(blank=True, default="", max_length=200)),
                        ("withdrawn_at", models.DateTimeField(null=True)),
                        ("withdrawn_reason", models.CharField(blank=True, default="", max_length=500)),
                        (
                            "bundle",
                            models.ForeignKey(
                                db_column="bundle_digest",
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="plugins.storedbundle",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "plugins_repository_target",
                        "ordering": ("plugin_id", "-id"),
                    },
                ),
                migrations.CreateModel(
                    name="FetchedBundle",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=cortex.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("path", models.CharField(max_length=300)),
                        ("bundle_digest", models.CharField(max_length=64)),
                        ("fetched_at", models.DateTimeField()),
                        ("gone_at", models.DateTimeField(null=True)),
                        (
                            "repository",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="bundles",
                                to="plugins.trustedrepository",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "plugins_fetched_bundle",
                        "ordering": ("-id",),
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("repository", "bundle_digest"), name="plugins_fetched_bundle_unique"
                            )
                        ],
                    },
                ),
            ],
        ),
    ]
