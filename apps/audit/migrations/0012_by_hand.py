# SPDX-License-Identifier: Apache-2.0
"""Records of procedures, and early ends of exceptions."""

import django.db.models.deletion
from django.db import migrations, models

from cortex.database.sql_files import run_sql_file

OUTCOMES = [("passed", "Passed"), ("failed", "Failed")]


class Migration(migrations.Migration):
    """The tables are the SQL file's; Django's state only knows their columns."""

    dependencies = [("audit", "0011_log_mirror")]

    operations = [
        run_sql_file(migration=__file__, name="0012_by_hand.sql"),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="ProcedureRecord",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        ("pack_name", models.CharField(max_length=60)),
                        ("procedure_id", models.CharField(max_length=80)),
                        ("procedure_digest", models.CharField(max_length=64)),
                        ("performed_date", models.DateField()),
                        ("outcome", models.CharField(choices=OUTCOMES, max_length=10)),
                        ("method", models.CharField(max_length=10)),
                        ("note", models.CharField(max_length=1000)),
                        ("evidence_sha256", models.CharField(max_length=64, null=True)),
                        ("recorded_by", models.CharField(max_length=200)),
                        ("recorded_at", models.DateTimeField()),
                        ("digest", models.CharField(max_length=64)),
                    ],
                    options={
                        "verbose_name": "record of a procedure",
                        "verbose_name_plural": "records of procedures",
                        "db_table": "audit_procedure_record",
                        "ordering": ("-id",),
                    },
                ),
                migrations.CreateModel(
                    name="ExceptionEnd",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        (
                            "exception",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="early_end",
                                to="audit.controlexception",
                            ),
                        ),
                        ("reason", models.CharField(max_length=1000)),
                        ("ended_by", models.CharField(max_length=200)),
                        ("ended_at", models.DateTimeField()),
                    ],
                    options={
                        "verbose_name": "end of an exception",
                        "db_table": "audit_exception_end",
                        "ordering": ("-id",),
                    },
                ),
            ],
        ),
    ]
