# SPDX-License-Identifier: Apache-2.0
"""Keys of sealed fields."""

import django.db.models.deletion
from django.db import migrations, models

import cortex.ids
from cortex.database.sql_files import run_sql_file


class Migration(migrations.Migration):
    """The table is the SQL file's; Django's state only knows its columns."""

    initial = True

    dependencies = [("tenancy", "0001_company")]

    operations = [
        run_sql_file(migration=__file__, name="0001_field_keys.sql"),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="SealedFieldKey",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=cortex.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("key_class", models.CharField(max_length=50)),
                        ("purpose", models.CharField(max_length=10)),
                        ("version", models.IntegerField()),
                        ("wrapped_key", models.BinaryField()),
                        ("created_at", models.DateTimeField()),
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
                        "db_table": "sealed_fields_key",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("company", "key_class", "purpose", "version"),
                                name="sealed_fields_key_unique",
                            )
                        ],
                    },
                ),
            ]
        ),
    ]
