# SPDX-License-Identifier: Apache-2.0
"""Emergency access."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import cortex.ids
from cortex.database.sql_files import run_sql_file


def _to(model):
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=model)


class Migration(migrations.Migration):
    """The table is the SQL file's; Django's state only knows its columns."""

    initial = True

    dependencies = [
        ("tenancy", "0001_company"),
        ("identity", "0003_roles"),
    ]

    operations = [
        run_sql_file(migration=__file__, name="0001_emergency_access.sql"),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="BreakGlassAccess",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=cortex.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("reason", models.CharField(max_length=500)),
                        ("opened_at", models.DateTimeField()),
                        ("expires_at", models.DateTimeField()),
                        ("ended_at", models.DateTimeField(null=True)),
                        ("ended_by", models.CharField(blank=True, default="", max_length=100)),
                        ("reviewed_at", models.DateTimeField(null=True)),
                        ("reviewed_by", models.CharField(blank=True, default="", max_length=100)),
                        ("review_comment", models.CharField(blank=True, default="", max_length=500)),
                        ("company", _to("tenancy.company")),
                        ("user", _to(settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        "db_table": "break_glass_access",
                        "ordering": ("-opened_at",),
                        "verbose_name": "emergency access",
                        "verbose_name_plural": "emergency access",
                    },
                ),
            ]
        ),
    ]
