# SPDX-License-Identifier: Apache-2.0
"""Versions of the rules of governance, and what the nightly job did by them."""

import django.db.models.deletion
from django.db import migrations, models

from cortex.database.sql_files import run_sql_file


def _id() -> tuple[str, models.UUIDField]:
    return ("id", models.UUIDField(editable=False, primary_key=True, serialize=False))


class Migration(migrations.Migration):
    """The tables are the SQL file's; Django's state only knows their columns."""

    dependencies = [("tenancy", "0001_company"), ("audit", "0006_privacy")]

    operations = [
        run_sql_file(migration=__file__, name="0007_governance.sql"),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="GovernanceVersion",
                    fields=[
                        _id(),
                        ("number", models.IntegerField(unique=True)),
                        ("text", models.TextField()),
                        ("digest", models.CharField(max_length=64)),
                        ("note", models.CharField(max_length=500)),
                        ("author", models.CharField(max_length=200)),
                        ("created_at", models.DateTimeField()),
                    ],
                    options={"db_table": "audit_governance_version", "ordering": ("-number",)},
                ),
                migrations.CreateModel(
                    name="GovernanceActivation",
                    fields=[
                        _id(),
                        ("reason", models.CharField(max_length=500)),
                        ("activated_by", models.CharField(max_length=200)),
                        ("activated_at", models.DateTimeField()),
                        (
                            "version",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                to="audit.governanceversion",
                            ),
                        ),
                    ],
                    options={"db_table": "audit_governance_activation", "ordering": ("-id",)},
                ),
                migrations.CreateModel(
                    name="RetentionRun",
                    fields=[
                        _id(),
                        ("data", models.CharField(max_length=100)),
                        ("version_number", models.IntegerField()),
                        ("kept_since_date", models.DateField()),
                        ("done_count", models.BigIntegerField()),
                        ("held_count", models.BigIntegerField()),
                        ("left_count", models.BigIntegerField()),
                        ("ran_at", models.DateTimeField()),
                        (
                            "company",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, to="tenancy.company"
                            ),
                        ),
                    ],
                    options={"db_table": "audit_retention_run", "ordering": ("-id",)},
                ),
            ],
        ),
    ]
