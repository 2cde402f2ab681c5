# SPDX-License-Identifier: Apache-2.0
"""Versions of keys that were seen at their keepers, and uses of keys."""

from django.db import migrations, models

import cortex.ids
from cortex.database.sql_files import run_sql_file

ID = models.UUIDField(default=cortex.ids.uuid7, editable=False, primary_key=True, serialize=False)


class Migration(migrations.Migration):
    """The tables are the SQL file's; Django's state only knows their columns."""

    initial = True

    dependencies = [("database", "0001_shared_functions")]

    operations = [
        run_sql_file(migration=__file__, name="0001_keys_seen.sql"),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="KeySighting",
                    fields=[
                        ("id", ID.clone()),
                        ("keeper", models.CharField(max_length=20)),
                        ("key_id", models.CharField(max_length=61)),
                        ("version", models.BigIntegerField()),
                        ("mark", models.CharField(max_length=64)),
                        ("is_held", models.BooleanField()),
                        ("seen_at", models.DateTimeField()),
                        ("digest", models.CharField(max_length=64)),
                    ],
                    options={
                        "verbose_name": "version of a key",
                        "verbose_name_plural": "versions of keys",
                        "db_table": "secrets_key_sighting",
                        "ordering": ("-seen_at",),
                    },
                ),
                migrations.CreateModel(
                    name="KeyUse",
                    fields=[
                        ("id", ID.clone()),
                        ("hour_at", models.DateTimeField()),
                        ("used_at", models.DateTimeField()),
                        ("keeper", models.CharField(max_length=20)),
                        ("key_id", models.CharField(max_length=61)),
                        ("version", models.BigIntegerField()),
                        ("operation", models.CharField(max_length=20)),
                        ("process", models.CharField(max_length=20)),
                        ("digest", models.CharField(max_length=64)),
                    ],
                    options={
                        "verbose_name": "use of a key",
                        "verbose_name_plural": "uses of keys",
                        "db_table": "secrets_key_use",
                        "ordering": ("-used_at",),
                    },
                ),
                migrations.AddConstraint(
                    model_name="keyuse",
                    constraint=models.UniqueConstraint(
                        fields=("hour_at", "keeper", "key_id", "version", "operation", "process"),
                        name="key_use_unique",
                    ),
                ),
            ]
        ),
    ]
