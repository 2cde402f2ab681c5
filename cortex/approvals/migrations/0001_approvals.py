# SPDX-License-Identifier: Apache-2.0
"""Proposals, comments, delegations and limits."""

import django.db.models.deletion
from django.db import migrations, models

import cortex.ids
from cortex.database.sql_files import run_sql_file


class Migration(migrations.Migration):
    """The tables are the SQL file's; Django's state only knows their columns."""

    initial = True

    dependencies = [
        ("tenancy", "0001_company"),
        ("identity", "0003_roles"),
    ]

    operations = [
        run_sql_file(migration=__file__, name="0001_approvals.sql"),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="CompanyRule",
                    fields=[
                        (
                            "company",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                primary_key=True,
                                related_name="+",
                                serialize=False,
                                to="tenancy.company",
                            ),
                        ),
                        ("requires_second_person", models.BooleanField()),
                        ("changed_at", models.DateTimeField()),
                    ],
                    options={
                        "db_table": "approvals_company_rule",
                    },
                ),
                migrations.CreateModel(
                    name="Comment",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=cortex.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("proposal_id", models.UUIDField()),
                        ("author", models.CharField(max_length=200)),
                        ("text", models.CharField(max_length=2000)),
                        ("written_at", models.DateTimeField()),
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
                    options={
                        "db_table": "approvals_comment",
                        "ordering": ("id",),
                    },
                ),
                migrations.CreateModel(
                    name="Delegation",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=cortex.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("from_user_id", models.UUIDField()),
                        ("to_user_id", models.UUIDField()),
                        ("starts_at", models.DateTimeField()),
                        ("ends_at", models.DateTimeField()),
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
                        "db_table": "approvals_delegation",
                        "ordering": ("-id",),
                    },
                ),
                migrations.CreateModel(
                    name="EntryLimit",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=cortex.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("role", models.CharField(max_length=20, null=True)),
                        ("user_id", models.UUIDField(null=True)),
                        ("entry_limit_minor", models.BigIntegerField()),
                        ("changed_at", models.DateTimeField()),
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
                        "db_table": "approvals_entry_limit",
                        "ordering": ("role", "user_id"),
                    },
                ),
                migrations.CreateModel(
                    name="Proposal",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=cortex.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("kind", models.CharField(max_length=100)),
                        ("action", models.CharField(max_length=100)),
                        ("title", models.CharField(max_length=200)),
                        ("summary", models.JSONField()),
                        ("content", models.JSONField()),
                        ("digest", models.CharField(max_length=64)),
                        ("object_type", models.CharField(max_length=100)),
                        ("object_id", models.UUIDField(null=True)),
                        ("amount_minor", models.BigIntegerField(null=True)),
                        ("currency", models.CharField(blank=True, max_length=3)),
                        ("proposer_kind", models.CharField(max_length=10)),
                        ("proposer_id", models.CharField(max_length=150)),
                        ("proposer_user_id", models.UUIDField(null=True)),
                        ("proposer_scopes", models.JSONField(null=True)),
                        ("proposer_certificate", models.CharField(blank=True, max_length=300)),
                        ("proposed_at", models.DateTimeField()),
                        ("expires_at", models.DateTimeField()),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("waiting", "Waiting"),
                                    ("approved", "Approved"),
                                    ("rejected", "Rejected"),
                                    ("withdrawn", "Withdrawn"),
                                    ("expired", "Expired"),
                                ],
                                default="waiting",
                                max_length=10,
                            ),
                        ),
                        ("decided_by", models.CharField(blank=True, max_length=200)),
                        ("decided_by_user_id", models.UUIDField(null=True)),
                        ("decided_for_user_id", models.UUIDField(null=True)),
                        ("decided_at", models.DateTimeField(null=True)),
                        ("reason", models.CharField(blank=True, max_length=1000)),
                        ("result_type", models.CharField(blank=True, max_length=100)),
                        ("result_id", models.UUIDField(null=True)),
                        ("failure", models.JSONField(null=True)),
                        ("failed_at", models.DateTimeField(null=True)),
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
                    options={
                        "db_table": "approvals_proposal",
                        "ordering": ("-id",),
                    },
                ),
            ]
        ),
    ]
