# SPDX-License-Identifier: Apache-2.0
"""Certificates of services, as they were recorded."""

from django.db import migrations, models

import cortex.ids
from cortex.database.sql_files import run_sql_file


class Migration(migrations.Migration):
    """The table is the SQL file's; Django's state only knows its columns."""

    initial = True

    dependencies = [("database", "0001_shared_functions")]

    operations = [
        run_sql_file(migration=__file__, name="0001_certificates.sql"),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="Certificate",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=cortex.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("serial", models.CharField(max_length=64)),
                        ("spiffe_id", models.CharField(max_length=2048)),
                        ("starts_at", models.DateTimeField()),
                        ("ends_at", models.DateTimeField()),
                        ("revoked_at", models.DateTimeField(null=True)),
                        ("recorded_at", models.DateTimeField()),
                    ],
                    options={
                        "db_table": "pki_certificate",
                        "ordering": ("-starts_at",),
                        "verbose_name": "certificate",
                        "verbose_name_plural": "certificates of services",
                        "constraints": (
                            models.UniqueConstraint(fields=("serial",), name="certificate_serial_unique"),
                        ),
                    },
                ),
            ]
        ),
    ]
