# SPDX-License-Identifier: Apache-2.0
"""Compliance packs, runs of their checks with results, and exceptions."""

import django.db.models.deletion
from django.db import migrations, models

from cortex.database.sql_files import run_sql_file

_STATES = [("waiting", "Waits for a second person"), ("in_force", "In force"), ("replaced", "Replaced")]
_STATUSES = [("pass", "Pass"), ("fail", "Fail"), ("unknown", "Unknown")]  # pragma: allowlist secret
_ID = ("id", models.UUIDField(editable=False, primary_key=True, serialize=False))


class Migration(migrations.Migration):
    """The tables are the SQL file's; Django's state only knows their columns."""

    dependencies = [("audit", "0004_search")]

    operations = [
        run_sql_file(migration=__file__, name="0005_compliance.sql"),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="CompliancePack",
                    fields=[
                        _ID,
                        ("name", models.CharField(max_length=60)),
                        ("version", models.CharField(max_length=20)),
                        ("title", models.CharField(max_length=200)),
                        ("digest", models.CharField(max_length=64)),
                        ("document", models.JSONField()),
                        ("note", models.TextField()),
                        ("signer", models.CharField(max_length=255)),
                        ("state", models.CharField(choices=_STATES, max_length=10)),
                        ("author", models.CharField(max_length=200)),
                        ("brought_in_at", models.DateTimeField()),
                        ("approved_by", models.CharField(max_length=200, null=True)),
                        ("approved_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "db_table": "audit_pack",
                        "ordering": ("name", "-brought_in_at"),
                        "verbose_name": "compliance pack",
                    },
                ),
                migrations.AddConstraint(
                    model_name="compliancepack",
                    constraint=models.UniqueConstraint(
                        fields=("name", "version"), name="audit_pack_version_unique"
                    ),
                ),
                migrations.CreateModel(
                    name="CheckRun",
                    fields=[
                        _ID,
                        ("run_by", models.CharField(max_length=200)),
                        ("started_at", models.DateTimeField()),
                        ("finished_at", models.DateTimeField()),
                        ("passed_count", models.IntegerField()),
                        ("failed_count", models.IntegerField()),
                        ("unknown_count", models.IntegerField()),
                        ("digest", models.CharField(max_length=64)),
                        (
                            "pack",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="runs",
                                to="audit.compliancepack",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "audit_check_run",
                        "ordering": ("-id",),
                        "verbose_name": "run of checks",
                        "verbose_name_plural": "runs of checks",
                    },
                ),
                migrations.CreateModel(
                    name="CheckResult",
                    fields=[
                        _ID,
                        ("pack_name", models.CharField(max_length=60)),
                        ("check_id", models.CharField(max_length=80)),
                        ("probe", models.CharField(max_length=80)),
                        ("status", models.CharField(choices=_STATUSES, max_length=10)),
                        ("reason", models.CharField(max_length=500)),
                        ("evidence", models.TextField()),
                        ("evidence_digest", models.CharField(max_length=64)),
                        ("checked_at", models.DateTimeField()),
                        (
                            "run",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="results",
                                to="audit.checkrun",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "audit_check_result",
                        "ordering": ("-id",),
                        "verbose_name": "result of a check",
                        "verbose_name_plural": "results of checks",
                    },
                ),
                migrations.CreateModel(
                    name="ControlException",
                    fields=[
                        _ID,
                        ("pack_name", models.CharField(max_length=60)),
                        ("control_id", models.CharField(max_length=20)),
                        ("reason", models.CharField(max_length=1000)),
                        ("ends_date", models.DateField()),
                        ("requested_by", models.CharField(max_length=200)),
                        ("approved_by", models.CharField(max_length=200)),
                        ("approved_at", models.DateTimeField()),
                    ],
                    options={
                        "db_table": "audit_control_exception",
                        "ordering": ("-id",),
                        "verbose_name": "exception",
                    },
                ),
            ]
        ),
    ]
