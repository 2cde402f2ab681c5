# SPDX-License-Identifier: Apache-2.0
"""How often keys were used."""

from django.db import migrations, models

import cortex.ids
from cortex.database.sql_files import run_sql_file

ID = models.UUIDField(default=cortex.ids.uuid7, editable=False, primary_key=True, serialize=False)


class Migration(migrations.Migration):
    """The tables are the SQL file's; Django's state only knows the columns of what lasts."""

    dependencies = [("secrets", "0001_keys_seen")]

    operations = [
        run_sql_file(migration=__file__, name="0002_key_use_counts.sql"),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="KeyUseCount",
                    fields=[
                        ("id", ID.clone()),
                        ("keeper", models.CharField(max_length=20)),
                        ("key_id", models.CharField(max_length=61)),
                        ("since_at", models.DateTimeField()),
                        ("until_at", models.DateTimeField()),
                        ("use_count", models.BigIntegerField()),
                        ("uses", models.JSONField()),
                        ("digest", models.CharField(max_length=64)),
                    ],
                    options={
                        "verbose_name": "count of uses of a key",
                        "verbose_name_plural": "counts of uses of keys",
                        "db_table": "secrets_key_use_count",
                        "ordering": ("-until_at",),
                    },
                ),
            ]
        ),
    ]
