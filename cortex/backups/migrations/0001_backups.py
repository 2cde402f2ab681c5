# SPDX-License-Identifier: Apache-2.0
"""Backups that were taken, and comparisons of restored databases."""

from django.db import migrations, models

import cortex.ids
from cortex.database.sql_files import run_sql_file


class Migration(migrations.Migration):
    """The tables are the SQL file's; Django's state only knows their columns."""

    initial = True

    dependencies = [("database", "0001_shared_functions")]

    operations = [
        run_sql_file(migration=__file__, name="0001_backups.sql"),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="Backup",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=cortex.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("taken_at", models.DateTimeField()),
                        ("taken_by", models.CharField(max_length=200)),
                        ("database", models.CharField(max_length=63)),
                        ("digest", models.CharField(max_length=64)),
                        ("file_digest", models.CharField(max_length=64)),
                        ("file_bytes", models.BigIntegerField()),
                        ("measured", models.JSONField()),
                        ("doubt_count", models.IntegerField()),
                    ],
                    options={"db_table": "backups_backup", "ordering": ("-taken_at",)},
                ),
                migrations.CreateModel(
                    name="Verification",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=cortex.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("verified_at", models.DateTimeField()),
                        ("verified_by", models.CharField(max_length=200)),
                        ("database", models.CharField(max_length=63)),
                        ("backup_digest", models.CharField(max_length=64)),
                        ("backup_taken_at", models.DateTimeField()),
                        ("is_equal", models.BooleanField()),
                        ("expected", models.JSONField()),
                        ("got", models.JSONField()),
                        ("difference_count", models.IntegerField()),
                        ("doubt_count", models.IntegerField()),
                        ("report_digest", models.CharField(max_length=64)),
                    ],
                    options={
                        "verbose_name": "restore that was compared",
                        "verbose_name_plural": "restores that were compared",
                        "db_table": "backups_verification",
                        "ordering": ("-verified_at",),
                    },
                ),
            ]
        ),
    ]
