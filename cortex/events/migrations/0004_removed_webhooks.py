# SPDX-License-Identifier: Apache-2.0
"""Endpoints can be removed; their log stays, and is read by pages."""

from django.db import migrations, models

from cortex.database.sql_files import run_sql_file


class Migration(migrations.Migration):
    """The column is the SQL file's; Django's state only knows of it."""

    dependencies = [
        ("events", "0003_webhooks"),
    ]

    operations = [
        run_sql_file(migration=__file__, name="0004_removed_webhooks.sql"),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AddField(
                    model_name="webhookendpoint",
                    name="removed_at",
                    field=models.DateTimeField(null=True),
                ),
            ]
        ),
    ]
