# SPDX-License-Identifier: Apache-2.0
"""Results of the daily comparison of books and leaves."""

import django.db.models.deletion
from django.db import migrations, models

from cortex.database.sql_files import run_sql_file


class Migration(migrations.Migration):
    """The table is the SQL file's; Django's state only knows its columns."""

    dependencies = [
        ("tenancy", "0001_company"),
        ("audit", "0001_audit_log"),
    ]

    operations = [
        run_sql_file(migration=__file__, name="0002_reconciliation.sql"),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="AuditReconciliation",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        ("started_at", models.DateTimeField()),
                        ("finished_at", models.DateTimeField()),
                        ("document_count", models.BigIntegerField()),
                        ("difference_count", models.BigIntegerField()),
                        ("differences", models.JSONField()),
                        (
                            "company",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, to="tenancy.company"
                            ),
                        ),
                    ],
                    options={"db_table": "audit_reconciliation", "ordering": ("-id",)},
                ),
            ],
        ),
    ]
