# SPDX-License-Identifier: Apache-2.0
"""Keys of subjects, legal holds, and what was erased."""

import django.db.models.deletion
from django.db import migrations, models

from cortex.database.sql_files import run_sql_file


def _company() -> tuple[str, models.ForeignKey]:
    key = models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="tenancy.company")
    return ("company", key)


def _id() -> tuple[str, models.UUIDField]:
    return ("id", models.UUIDField(editable=False, primary_key=True, serialize=False))


class Migration(migrations.Migration):
    """The tables are the SQL file's; Django's state only knows their columns."""

    dependencies = [("tenancy", "0001_company"), ("audit", "0005_compliance")]

    operations = [
        run_sql_file(migration=__file__, name="0006_privacy.sql"),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField("auditdetail", "salt", models.BinaryField(null=True)),
                migrations.AlterField("auditdetail", "value", models.TextField(null=True)),
                migrations.AddField("auditdetail", "key_id", models.UUIDField(null=True)),
                migrations.AddField("auditdetail", "sealed", models.BinaryField(null=True)),
                migrations.CreateModel(
                    name="SubjectKey",
                    fields=[
                        _id(),
                        ("subject_id", models.UUIDField()),
                        ("wrapped_key", models.BinaryField()),
                        ("created_at", models.DateTimeField()),
                        _company(),
                    ],
                    options={"db_table": "audit_subject_key"},
                ),
                migrations.AddConstraint(
                    model_name="subjectkey",
                    constraint=models.UniqueConstraint(
                        fields=("company", "subject_id"), name="subject_key_unique"
                    ),
                ),
                migrations.CreateModel(
                    name="Hold",
                    fields=[
                        _id(),
                        ("subject_id", models.UUIDField(null=True)),
                        ("reason", models.CharField(max_length=500)),
                        ("placed_by", models.CharField(max_length=200)),
                        ("placed_at", models.DateTimeField()),
                        ("lifted_by", models.CharField(max_length=200, null=True)),
                        ("lifted_at", models.DateTimeField(null=True)),
                        _company(),
                    ],
                    options={"db_table": "audit_hold", "ordering": ("-id",)},
                ),
                migrations.CreateModel(
                    name="Erasure",
                    fields=[
                        _id(),
                        ("subject_type", models.CharField(max_length=50)),
                        ("subject_id", models.UUIDField()),
                        ("removed", models.JSONField()),
                        ("erased_by", models.CharField(max_length=200)),
                        ("erased_at", models.DateTimeField()),
                        _company(),
                    ],
                    options={"db_table": "audit_erasure", "ordering": ("-id",)},
                ),
            ],
        ),
    ]
