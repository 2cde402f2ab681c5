# SPDX-License-Identifier: Apache-2.0
"""The append-only log."""

import django.db.models.deletion
from django.db import migrations, models

from cortex.database.sql_files import run_sql_file


class Migration(migrations.Migration):
    """The tables are the SQL files'; Django's state only knows their columns."""

    initial = True

    dependencies = [
        ("tenancy", "0001_company"),
    ]

    operations = [
        run_sql_file(migration=__file__, name="0001_audit_log.sql"),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="AuditDetail",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "company_id",
                                "leaf_id",
                                "name",
                                blank=True,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("leaf_id", models.UUIDField()),
                        ("name", models.CharField(max_length=50)),
                        ("salt", models.BinaryField()),
                        ("value", models.TextField()),
                        (
                            "company",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, to="tenancy.company"
                            ),
                        ),
                    ],
                    options={
                        "db_table": "audit_detail",
                    },
                ),
                migrations.CreateModel(
                    name="AuditEntry",
                    fields=[
                        ("id", models.BigAutoField(primary_key=True, serialize=False)),
                        ("leaf_id", models.UUIDField(unique=True)),
                        ("object_id", models.UUIDField()),
                        ("body", models.BinaryField()),
                        ("leaf_hash", models.BinaryField()),
                        ("recorded_at", models.DateTimeField()),
                        (
                            "company",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.PROTECT, to="tenancy.company"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name_plural": "audit entries",
                        "db_table": "audit_entry",
                        "ordering": ("-id",),
                    },
                ),
            ]
        ),
    ]
