# SPDX-License-Identifier: Apache-2.0
"""Letters to one person about their own account."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from cortex.database.sql_files import run_sql_file


class Migration(migrations.Migration):
    """The table is the SQL file's; Django's state only knows its columns."""

    dependencies = [("mail", "0001_outgoing_mail"), ("identity", "0004_sign_in")]

    operations = [
        run_sql_file(migration=__file__, name="0002_letters.sql"),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="Letter",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        ("address", models.CharField(max_length=254)),
                        ("topic", models.CharField(max_length=100)),
                        ("subject", models.CharField(max_length=200)),
                        ("body", models.BinaryField()),
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
                        ("ends_at", models.DateTimeField()),
                        ("created_at", models.DateTimeField()),
                        ("sent_at", models.DateTimeField(null=True)),
                        (
                            "recipient",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={"db_table": "mail_letter", "ordering": ("-created_at",)},
                ),
            ]
        ),
    ]
