# SPDX-License-Identifier: Apache-2.0
"""Addresses for which a new password was asked for."""

from django.db import migrations, models

import cortex.ids
from cortex.database.sql_files import run_sql_file


class Migration(migrations.Migration):
    """The table is the SQL file's; Django's state only knows its columns."""

    dependencies = [("identity", "0007_known_devices")]

    operations = [
        run_sql_file(migration=__file__, name="0008_asked_resets.sql"),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="AskedReset",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=cortex.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("email", models.EmailField(max_length=254)),
                        ("asked_at", models.DateTimeField()),
                    ],
                    options={"db_table": "identity_asked_reset", "ordering": ("id",)},
                ),
            ]
        ),
    ]
