# SPDX-License-Identifier: Apache-2.0
"""Subjects belong to the user who registered them first."""

import django.db.models.deletion
from django.db import migrations, models

from cortex.database.sql_files import run_sql_file


class Migration(migrations.Migration):
    """Subjects that are there already become the platform's."""

    dependencies = [("schemas", "0001_registry"), ("identity", "0002_colleagues")]

    operations = [
        run_sql_file(migration=__file__, name="0002_owners.sql"),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AddField(
                    model_name="subject",
                    name="owner",
                    field=models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="identity.user",
                    ),
                )
            ]
        ),
    ]
