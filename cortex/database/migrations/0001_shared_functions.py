# SPDX-License-Identifier: Apache-2.0
"""Functions that every migration stands on, the cluster's identity, commit positions."""

import django.db.models.deletion
from django.db import migrations, models

import cortex.ids
from cortex.database.sql_files import run_sql_file


class Migration(migrations.Migration):
    """The tables are the SQL files'; Django's state only knows their columns."""

    initial = True

    dependencies = []

    operations = [
        run_sql_file(migration=__file__, name="0001_shared_functions.sql"),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="Cluster",
                    fields=[
                        ("epoch", models.SmallAutoField(primary_key=True, serialize=False)),
                        ("system_identifier", models.BigIntegerField(unique=True)),
                        ("first_seen_at", models.DateTimeField()),
                    ],
                    options={
                        "db_table": "database_cluster",
                        "managed": True,
                    },
                ),
                migrations.CreateModel(
                    name="CommitPosition",
                    fields=[
                        ("id", models.UUIDField(default=cortex.ids.uuid7, primary_key=True, serialize=False)),
                        ("snapshot", models.TextField()),
                        ("taken_at", models.DateTimeField()),
                        (
                            "cluster",
                            models.ForeignKey(
                                db_column="cluster_epoch",
                                on_delete=django.db.models.deletion.PROTECT,
                                to="database.cluster",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "database_commit_position",
                    },
                ),
            ]
        ),
    ]
