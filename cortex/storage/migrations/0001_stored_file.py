# SPDX-License-Identifier: Apache-2.0
"""Stored files."""

import django.db.models.deletion
from django.db import migrations, models

import cortex.ids
from cortex.database.sql_files import run_sql_file


class Migration(migrations.Migration):
    """The tables are the SQL file's; Django's state only knows their columns."""

    initial = True

    dependencies = [
        ("tenancy", "0001_company"),
    ]

    operations = [
        run_sql_file(migration=__file__, name="0001_stored_file.sql"),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="StoredFile",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=cortex.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("name", models.CharField(max_length=200)),
                        ("content", models.BinaryField()),
                        (
                            "digest",
                            models.GeneratedField(
                                db_persist=True,
                                expression=models.Func("content", function="sha256"),
                                output_field=models.BinaryField(),
                            ),
                        ),
                        (
                            "size_bytes",
                            models.GeneratedField(
                                db_persist=True,
                                expression=models.Func("content", function="octet_length"),
                                output_field=models.IntegerField(),
                            ),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        (
                            "company",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="tenancy.company",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "storage_stored_file",
                        "ordering": ("-id",),
                    },
                ),
            ]
        ),
    ]
