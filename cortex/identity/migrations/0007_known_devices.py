# SPDX-License-Identifier: Apache-2.0
"""Devices from which people signed in before."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import cortex.ids
from cortex.database.sql_files import run_sql_file


class Migration(migrations.Migration):
    """The table is the SQL file's; Django's state only knows its columns."""

    dependencies = [("identity", "0006_given_roles")]

    operations = [
        run_sql_file(migration=__file__, name="0007_known_devices.sql"),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="KnownDevice",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=cortex.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("fingerprint", models.CharField(max_length=64)),
                        ("first_seen_at", models.DateTimeField()),
                        ("last_seen_at", models.DateTimeField()),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="known_devices",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={"db_table": "identity_known_device", "ordering": ("-last_seen_at",)},
                ),
                migrations.AddConstraint(
                    model_name="knowndevice",
                    constraint=models.UniqueConstraint(
                        fields=("user", "fingerprint"), name="known_device_once"
                    ),
                ),
            ]
        ),
    ]
