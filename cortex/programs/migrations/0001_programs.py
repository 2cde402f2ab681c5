# SPDX-License-Identifier: Apache-2.0
"""The terms of clients, what people allow them, and the keys that sign tokens."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import cortex.ids
from cortex.database.sql_files import run_sql_file


class Migration(migrations.Migration):
    """The tables are the SQL file's; Django's state only knows their columns."""

    initial = True

    dependencies = [
        ("identity", "0003_roles"),
        ("oauth2_provider", "0022_refreshtoken_token_family_index"),
    ]

    operations = [
        run_sql_file(migration=__file__, name="0001_programs.sql"),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="Program",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=cortex.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("is_enabled", models.BooleanField(default=True)),
                        (
                            "allowed_scopes",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=100), size=None
                            ),
                        ),
                        ("requires_certificate", models.BooleanField(default=False)),
                        ("certificate_id", models.CharField(blank=True, max_length=255)),
                        ("previous_secret", models.CharField(blank=True, max_length=255)),
                        ("previous_secret_until", models.DateTimeField(null=True)),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        (
                            "application",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="program",
                                to=settings.OAUTH2_PROVIDER_APPLICATION_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "db_table": "programs_program",
                    },
                ),
                migrations.CreateModel(
                    name="SigningKey",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=cortex.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("kid", models.CharField(max_length=43)),
                        ("keeper", models.CharField(max_length=20)),
                        ("key_id", models.CharField(max_length=61)),
                        ("version", models.BigIntegerField()),
                        ("public_key", models.BinaryField(max_length=32)),
                        ("published_at", models.DateTimeField()),
                        ("retired_at", models.DateTimeField(null=True)),
                        ("withdrawn_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "db_table": "programs_signing_key",
                        "constraints": [
                            models.UniqueConstraint(fields=("kid",), name="signing_key_kid_unique")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Authorization",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=cortex.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "scopes",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=100), size=None
                            ),
                        ),
                        (
                            "methods",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=20), size=None
                            ),
                        ),
                        ("authenticated_at", models.DateTimeField(null=True)),
                        ("code_digest", models.BinaryField(max_length=32)),
                        ("code_used_at", models.DateTimeField(null=True)),
                        ("granted_at", models.DateTimeField()),
                        ("ended_at", models.DateTimeField(null=True)),
                        ("ended_because", models.CharField(blank=True, max_length=40)),
                        (
                            "application",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="authorizations",
                                to=settings.OAUTH2_PROVIDER_APPLICATION_MODEL,
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="authorizations",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "db_table": "programs_authorization",
                        "constraints": [
                            models.UniqueConstraint(fields=("code_digest",), name="authorization_code_unique")
                        ],
                    },
                ),
            ]
        ),
    ]
