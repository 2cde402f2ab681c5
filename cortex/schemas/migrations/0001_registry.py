# SPDX-License-Identifier: Apache-2.0
"""Schemas, subjects and their versions."""

import django.db.models.deletion
from django.db import migrations, models

import cortex.ids
from cortex.database.sql_files import run_sql_file

MODES = [
    ("NONE", "None"),
    ("BACKWARD", "Backward"),
    ("BACKWARD_TRANSITIVE", "Backward Transitive"),
    ("FORWARD", "Forward"),
    ("FORWARD_TRANSITIVE", "Forward Transitive"),
    ("FULL", "Full"),
    ("FULL_TRANSITIVE", "Full Transitive"),
]


def _key():
    return models.UUIDField(default=cortex.ids.uuid7, editable=False, primary_key=True, serialize=False)


def _to(model, name):
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name=name, to=model)


class Migration(migrations.Migration):
    """The tables are the SQL file's; Django's state only knows their columns."""

    initial = True

    dependencies = [("tenancy", "0001_company")]

    operations = [
        run_sql_file(migration=__file__, name="0001_registry.sql"),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="Content",
                    fields=[
                        ("id", models.IntegerField(primary_key=True, serialize=False)),
                        (
                            "schema_type",
                            models.CharField(choices=[("AVRO", "Avro"), ("JSON", "Json")], max_length=10),
                        ),
                        ("text", models.TextField()),
                        ("digest", models.BinaryField(max_length=32)),
                        ("normalized_digest", models.BinaryField(max_length=32)),
                        ("created_at", models.DateTimeField()),
                    ],
                    options={"db_table": "schemas_content", "ordering": ("id",)},
                ),
                migrations.CreateModel(
                    name="Setting",
                    fields=[
                        ("id", models.SmallIntegerField(primary_key=True, serialize=False)),
                        ("compatibility", models.CharField(choices=MODES, max_length=20)),
                    ],
                    options={"db_table": "schemas_setting"},
                ),
                migrations.CreateModel(
                    name="Subject",
                    fields=[
                        ("id", _key()),
                        ("name", models.CharField(max_length=255)),
                        ("compatibility", models.CharField(choices=MODES, max_length=20, null=True)),
                        ("versions_issued", models.IntegerField()),
                    ],
                    options={"db_table": "schemas_subject", "ordering": ("name",)},
                ),
                migrations.CreateModel(
                    name="Version",
                    fields=[
                        ("id", _key()),
                        ("number", models.IntegerField()),
                        ("registered_by", models.CharField(max_length=200)),
                        ("registered_at", models.DateTimeField()),
                        ("deleted_at", models.DateTimeField(null=True)),
                        ("content", _to("schemas.content", "versions")),
                        ("subject", _to("schemas.subject", "versions")),
                    ],
                    options={"db_table": "schemas_version", "ordering": ("subject_id", "number")},
                ),
                migrations.CreateModel(
                    name="Reference",
                    fields=[
                        ("id", _key()),
                        ("place", models.SmallIntegerField()),
                        ("name", models.CharField(max_length=500)),
                        ("content", _to("schemas.content", "references")),
                        ("version", _to("schemas.version", "referrers")),
                    ],
                    options={"db_table": "schemas_reference", "ordering": ("content_id", "place")},
                ),
            ]
        ),
    ]
