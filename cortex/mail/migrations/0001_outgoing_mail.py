# SPDX-License-Identifier: Apache-2.0
"""Outgoing mail."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from cortex.database.sql_files import run_sql_file


def _to(model):
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=model)


class Migration(migrations.Migration):
    """The tables are the SQL file's; Django's state only knows their columns."""

    initial = True

    dependencies = [
        ("tenancy", "0001_company"),
        ("identity", "0001_users"),
    ]

    operations = [
        run_sql_file(migration=__file__, name="0001_outgoing_mail.sql"),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="OutgoingMail",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        ("topic", models.CharField(max_length=100)),
                        ("subject", models.CharField(max_length=200)),
                        ("body", models.CharField(max_length=10000)),
                        (
                            "state",
                            models.CharField(
                                choices=[("queued", "Queued"), ("sent", "Sent"), ("failed", "Given up")],
                                max_length=10,
                            ),
                        ),
                        ("attempts", models.SmallIntegerField()),
                        ("last_error", models.CharField(max_length=200)),
                        ("due_at", models.DateTimeField()),
                        ("created_at", models.DateTimeField()),
                        ("sent_at", models.DateTimeField(null=True)),
                        ("company", _to("tenancy.company")),
                        ("recipient", _to(settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        "db_table": "mail_outgoing_mail",
                        "ordering": ("-created_at",),
                        "verbose_name": "message",
                        "verbose_name_plural": "outgoing mail",
                    },
                ),
            ]
        ),
    ]
