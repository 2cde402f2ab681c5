# SPDX-License-Identifier: Apache-2.0
"""Who gave which of a member's roles: people, or the rules of a provider."""

import django.contrib.postgres.fields
from django.db import migrations, models

from cortex.database.sql_files import run_sql_file

ROLES = [
    ("viewer", "Viewer"),
    ("clerk", "Clerk"),
    ("accountant", "Accountant"),
    ("controller", "Controller"),
    ("auditor", "Auditor"),
    ("administrator", "Administrator"),
    ("service", "Service"),
]


class Migration(migrations.Migration):
    """The columns are the SQL file's; Django's state only knows them."""

    dependencies = [("identity", "0005_invitations")]

    operations = [
        run_sql_file(migration=__file__, name="0006_given_roles.sql"),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AddField(
                    model_name="membership",
                    name="roles_by_hand",
                    field=django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(choices=ROLES, max_length=20), size=None
                    ),
                    preserve_default=False,
                ),
                migrations.AddField(
                    model_name="membership",
                    name="roles_by_rules",
                    field=models.JSONField(default=dict),
                ),
            ]
        ),
    ]
