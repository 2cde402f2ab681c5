# SPDX-License-Identifier: Apache-2.0
"""Companies and their row-level security."""

from django.db import migrations, models

import cortex.ids
from cortex.database.sql_files import run_sql_file


class Migration(migrations.Migration):
    """The tables are the SQL files'; Django's state only knows their columns."""

    initial = True

    dependencies = [
        ("database", "0001_shared_functions"),
    ]

    operations = [
        run_sql_file(migration=__file__, name="0001_company.sql"),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="Company",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=cortex.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("code", models.CharField(max_length=20)),
                        ("name", models.CharField(max_length=200)),
                        (
                            "status",
                            models.CharField(
                                choices=[("active", "Active"), ("suspended", "Suspended")],
                                default="active",
                                max_length=10,
                            ),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                    ],
                    options={
                        "verbose_name_plural": "companies",
                        "db_table": "tenancy_company",
                        "ordering": ("code",),
                        "constraints": [
                            models.UniqueConstraint(fields=("code",), name="company_code_unique")
                        ],
                    },
                ),
            ]
        ),
    ]
