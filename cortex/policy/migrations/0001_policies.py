# SPDX-License-Identifier: Apache-2.0
"""Versions of the policies, their activations, and the log of decisions."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import cortex.ids
from cortex.database.sql_files import run_sql_file

STATES = [
    ("draft", "Draft"),
    ("validated", "Validated"),
    ("simulated", "Simulated"),
    ("approved", "Approved"),
    ("active", "Active"),
    ("retired", "Retired"),
]


def _key():
    return models.UUIDField(default=cortex.ids.uuid7, editable=False, primary_key=True, serialize=False)


def _names(length):
    return django.contrib.postgres.fields.ArrayField(
        base_field=models.CharField(max_length=length), size=None
    )


class Migration(migrations.Migration):
    """The tables are the SQL file's; Django's state only knows their columns."""

    initial = True

    dependencies = [("tenancy", "0001_company")]

    operations = [
        run_sql_file(migration=__file__, name="0001_policies.sql"),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="PolicyVersion",
                    fields=[
                        ("id", _key()),
                        ("number", models.IntegerField(editable=False, unique=True)),
                        ("text", models.TextField()),
                        ("digest", models.CharField(editable=False, max_length=64)),
                        ("state", models.CharField(choices=STATES, default="draft", max_length=20)),
                        ("author", models.CharField(max_length=200)),
                        ("note", models.TextField(blank=True)),
                        ("created_at", models.DateTimeField()),
                        ("validated_at", models.DateTimeField(null=True)),
                        ("simulated_at", models.DateTimeField(null=True)),
                        ("simulation", models.JSONField(null=True)),
                        ("approved_by", models.CharField(max_length=200, null=True)),
                        ("approved_at", models.DateTimeField(null=True)),
                        ("activated_at", models.DateTimeField(null=True)),
                    ],
                    options={"db_table": "policy_version", "ordering": ("-number",)},
                ),
                migrations.CreateModel(
                    name="PolicyActivation",
                    fields=[
                        ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                        ("reason", models.TextField(blank=True)),
                        ("activated_by", models.CharField(max_length=200)),
                        ("activated_at", models.DateTimeField()),
                        (
                            "version",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="activations",
                                to="policy.policyversion",
                            ),
                        ),
                    ],
                    options={"db_table": "policy_activation", "ordering": ("-id",)},
                ),
                migrations.CreateModel(
                    name="PolicyDecision",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        ("decided_at", models.DateTimeField()),
                        ("principal", models.CharField(max_length=200)),
                        ("action", models.CharField(max_length=100)),
                        ("resource_type", models.CharField(max_length=100)),
                        ("resource_id", models.CharField(max_length=200)),
                        ("is_allowed", models.BooleanField()),
                        ("reason", models.CharField(max_length=500)),
                        ("needs", _names(20)),
                        ("policy_ids", _names(100)),
                        ("version", models.IntegerField()),
                        ("is_break_glass", models.BooleanField()),
                        ("question", models.JSONField(null=True)),
                        (
                            "company",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="tenancy.company",
                            ),
                        ),
                    ],
                    options={"db_table": "policy_decision", "ordering": ("-id",)},
                ),
            ]
        ),
    ]
