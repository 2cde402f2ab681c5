# SPDX-License-Identifier: Apache-2.0
"""Invitations to belong to a company."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import cortex.ids
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


class Migration(migrations.Migration):
    """The table is the SQL file's; Django's state only knows its columns."""

    dependencies = [("identity", "0004_sign_in"), ("tenancy", "0001_company")]

    operations = [
        run_sql_file(migration=__file__, name="0005_invitations.sql"),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="Invitation",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=cortex.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("email", models.EmailField(max_length=254)),
                        (
                            "roles",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(choices=ROLES, max_length=20), size=None
                            ),
                        ),
                        ("digest", models.BinaryField(max_length=32)),
                        ("created_at", models.DateTimeField()),
                        ("expires_at", models.DateTimeField()),
                        ("accepted_at", models.DateTimeField(null=True)),
                        ("withdrawn_at", models.DateTimeField(null=True)),
                        (
                            "company",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="tenancy.company",
                            ),
                        ),
                        (
                            "invited_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={"db_table": "identity_invitation", "ordering": ("created_at",)},
                ),
                migrations.AddConstraint(
                    model_name="invitation",
                    constraint=models.UniqueConstraint(
                        fields=("company", "digest"), name="invitation_digest_unique"
                    ),
                ),
            ]
        ),
    ]
