# SPDX-License-Identifier: Apache-2.0
"""Several roles for one member, and the role of a plugin reviewer, which belongs to no company."""

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
    """The tables are the SQL file's; Django's state only knows their columns."""

    dependencies = [("identity", "0002_colleagues")]

    operations = [
        run_sql_file(migration=__file__, name="0003_roles.sql"),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RemoveField(model_name="membership", name="role"),
                migrations.AddField(
                    model_name="membership",
                    name="roles",
                    field=django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(choices=ROLES, max_length=20), size=None
                    ),
                    preserve_default=False,
                ),
                migrations.AddField(
                    model_name="user",
                    name="is_plugin_reviewer",
                    field=models.BooleanField(
                        default=False, help_text="May review plugins for the marketplace."
                    ),
                ),
            ]
        ),
    ]
