# SPDX-License-Identifier: Apache-2.0
"""Bounded guessing, sessions that people can see and end, and links that replace a password."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import cortex.ids
from cortex.database.sql_files import run_sql_file


class Migration(migrations.Migration):
    """The tables are the SQL file's; Django's state only knows their columns."""

    dependencies = [("identity", "0003_roles")]

    operations = [
        run_sql_file(migration=__file__, name="0004_sign_in.sql"),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="SignInFailure",
                    fields=[
                        ("subject", models.BinaryField(max_length=32, primary_key=True, serialize=False)),
                        ("failures", models.IntegerField()),
                        ("ends_at", models.DateTimeField()),
                    ],
                    options={"db_table": "identity_sign_in_failure"},
                ),
                migrations.CreateModel(
                    name="SignedInSession",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=cortex.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("session_key", models.CharField(max_length=40)),
                        (
                            "methods",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=20), size=None
                            ),
                        ),
                        ("device", models.CharField(max_length=200)),
                        ("address", models.CharField(max_length=45)),
                        ("began_at", models.DateTimeField()),
                        ("last_used_at", models.DateTimeField()),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="signed_in_sessions",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={"db_table": "identity_session", "ordering": ("-last_used_at",)},
                ),
                migrations.AddConstraint(
                    model_name="signedinsession",
                    constraint=models.UniqueConstraint(fields=("session_key",), name="session_key_unique"),
                ),
                migrations.AddField(
                    model_name="onetimesignin",
                    name="purpose",
                    field=models.CharField(
                        choices=[("sign_in", "Sign in"), ("password_reset", "Replace the password")],
                        default="sign_in",
                        max_length=20,
                    ),
                ),
            ]
        ),
    ]
