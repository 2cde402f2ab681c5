# SPDX-License-Identifier: Apache-2.0
"""Access reviews."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
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


def _to(model, related_name="+"):
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name=related_name, to=model)


class Migration(migrations.Migration):
    """The tables are the SQL file's; Django's state only knows their columns."""

    initial = True

    dependencies = [
        ("tenancy", "0001_company"),
        ("identity", "0003_roles"),
    ]

    operations = [
        run_sql_file(migration=__file__, name="0001_access_reviews.sql"),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="AccessReview",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("open", "Open"),
                                    ("completed", "Completed and signed"),
                                    ("cancelled", "Cancelled"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("reason", models.CharField(max_length=200)),
                        ("due_date", models.DateField()),
                        ("opened_by", models.CharField(max_length=100)),
                        ("opened_at", models.DateTimeField()),
                        ("closed_by", models.CharField(blank=True, default="", max_length=100)),
                        ("closed_at", models.DateTimeField(null=True)),
                        ("reminded_date", models.DateField(null=True)),
                        ("result", models.BinaryField(null=True)),
                        ("company", _to("tenancy.company")),
                    ],
                    options={
                        "db_table": "access_reviews_review",
                        "ordering": ("-opened_at",),
                        "verbose_name": "access review",
                    },
                ),
                migrations.CreateModel(
                    name="AccessReviewItem",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        ("membership_id", models.UUIDField()),
                        (
                            "roles",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(choices=ROLES, max_length=20), size=None
                            ),
                        ),
                        ("member_since", models.DateTimeField()),
                        ("last_sign_in_at", models.DateTimeField(null=True)),
                        ("last_used_at", models.DateTimeField(null=True)),
                        (
                            "answer",
                            models.CharField(
                                choices=[
                                    ("open", "Not answered"),
                                    ("confirmed", "Confirmed"),
                                    ("revoked", "Taken away"),
                                    ("ended", "Ended meanwhile"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("note", models.CharField(max_length=200)),
                        ("answered_by", models.CharField(max_length=100)),
                        ("answered_at", models.DateTimeField(null=True)),
                        ("company", _to("tenancy.company")),
                        ("review", _to("access_reviews.accessreview", "items")),
                        ("user", _to(settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        "db_table": "access_reviews_item",
                        "ordering": ("user__username",),
                        "verbose_name": "answer of an access review",
                        "verbose_name_plural": "answers of access reviews",
                    },
                ),
            ]
        ),
    ]
