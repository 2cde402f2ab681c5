# SPDX-License-Identifier: Apache-2.0
"""Order, tree, checkpoints and cosignatures of the leaves."""

import django.db.models.deletion
from django.db import migrations, models

from cortex.database.sql_files import run_sql_file


class Migration(migrations.Migration):
    """The tables are the SQL file's; Django's state only knows their columns."""

    dependencies = [
        ("audit", "0002_reconciliation"),
        ("tenancy", "0001_company"),
    ]

    operations = [
        run_sql_file(migration=__file__, name="0003_transparency_log.sql"),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="Checkpoint",
                    fields=[
                        ("size", models.BigIntegerField(primary_key=True, serialize=False)),
                        ("root", models.BinaryField()),
                        ("note", models.TextField()),
                        ("signed_at", models.DateTimeField()),
                    ],
                    options={
                        "db_table": "audit_checkpoint",
                    },
                ),
                migrations.CreateModel(
                    name="CompanyTree",
                    fields=[
                        (
                            "company",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                primary_key=True,
                                serialize=False,
                                to="tenancy.company",
                            ),
                        ),
                        ("leaf_count", models.BigIntegerField()),
                        ("edge", models.BinaryField()),
                        ("head_count", models.BigIntegerField()),
                        ("head_hash", models.BinaryField(null=True)),
                        ("head_index", models.BigIntegerField(null=True)),
                    ],
                    options={
                        "db_table": "audit_company_tree",
                    },
                ),
                migrations.CreateModel(
                    name="LogLeaf",
                    fields=[
                        ("leaf_index", models.BigIntegerField(primary_key=True, serialize=False)),
                        ("entry_id", models.BigIntegerField(null=True, unique=True)),
                        ("body", models.BinaryField(null=True)),
                        ("company_id", models.UUIDField(null=True)),
                        ("company_index", models.BigIntegerField(null=True)),
                    ],
                    options={
                        "db_table": "audit_leaf",
                    },
                ),
                migrations.CreateModel(
                    name="LogState",
                    fields=[
                        ("id", models.SmallIntegerField(primary_key=True, serialize=False)),
                        ("size", models.BigIntegerField()),
                        ("cluster_epoch", models.SmallIntegerField()),
                        ("base", models.TextField(null=True)),
                        ("target", models.TextField(null=True)),
                        ("after_id", models.BigIntegerField()),
                        ("fence", models.BigIntegerField()),
                        ("cosigned_size", models.BigIntegerField()),
                    ],
                    options={
                        "db_table": "audit_log_state",
                    },
                ),
                migrations.CreateModel(
                    name="LogTile",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "level",
                                "place",
                                blank=True,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("level", models.SmallIntegerField()),
                        ("place", models.BigIntegerField()),
                        ("hashes", models.BinaryField()),
                    ],
                    options={
                        "db_table": "audit_tile",
                    },
                ),
                migrations.CreateModel(
                    name="Cosignature",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "checkpoint_id",
                                "witness",
                                blank=True,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("witness", models.CharField(max_length=200)),
                        ("line", models.TextField()),
                        ("cosigned_at", models.DateTimeField()),
                        (
                            "checkpoint",
                            models.ForeignKey(
                                db_column="size",
                                on_delete=django.db.models.deletion.PROTECT,
                                to="audit.checkpoint",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "audit_cosignature",
                    },
                ),
            ]
        ),
    ]
