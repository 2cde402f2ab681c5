# SPDX-License-Identifier: Apache-2.0
"""Access reviews of the platform."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from cortex.database.sql_files import run_sql_file

STATES = [("open", "Open"), ("completed", "Completed and signed"), ("cancelled", "Cancelled")]
ANSWERS = [
    ("open", "Not answered"),
    ("confirmed", "Confirmed"),
    ("revoked", "Taken away"),
    ("ended", "Ended meanwhile"),
]


def _to(model, related_name="+"):
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name=related_name, to=model)


class Migration(migrations.Migration):
    """The tables are the SQL file's; Django's state only knows their columns."""

    dependencies = [("access_reviews", "0001_access_reviews")]

    operations = [
        run_sql_file(migration=__file__, name="0002_platform_reviews.sql"),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="PlatformReview",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        ("state", models.CharField(choices=STATES, max_length=10)),
                        ("reason", models.CharField(max_length=200)),
                        ("due_date", models.DateField()),
                        ("opened_by", models.CharField(max_length=100)),
                        ("opened_at", models.DateTimeField()),
                        ("closed_by", models.CharField(blank=True, default="", max_length=100)),
                        ("closed_at", models.DateTimeField(null=True)),
                        ("result", models.BinaryField(null=True)),
                    ],
                    options={
                        "db_table": "access_reviews_platform_review",
                        "ordering": ("-opened_at",),
                        "verbose_name": "access review of the platform",
                        "verbose_name_plural": "access reviews of the platform",
                    },
                ),
                migrations.CreateModel(
                    name="PlatformReviewItem",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        ("role", models.CharField(max_length=20)),
                        ("last_sign_in_at", models.DateTimeField(null=True)),
                        ("answer", models.CharField(choices=ANSWERS, max_length=10)),
                        ("note", models.CharField(max_length=200)),
                        ("answered_by", models.CharField(max_length=100)),
                        ("answered_at", models.DateTimeField(null=True)),
                        ("review", _to("access_reviews.platformreview", "items")),
                        ("user", _to(settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        "db_table": "access_reviews_platform_item",
                        "ordering": ("user__username", "role"),
                        "verbose_name": "role on the platform under review",
                        "verbose_name_plural": "roles on the platform under review",
                    },
                ),
            ]
        ),
    ]
