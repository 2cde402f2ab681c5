# SPDX-License-Identifier: Apache-2.0
"""Seals over what was denied, and comparisons of decisions with them."""

import django.db.models.deletion
from django.db import migrations, models

from cortex.database.sql_files import run_sql_file

ID = models.UUIDField(editable=False, primary_key=True, serialize=False)
COMPANY = models.ForeignKey(
    null=True,
    on_delete=django.db.models.deletion.PROTECT,
    related_name="+",
    to="tenancy.company",
)


class Migration(migrations.Migration):
    """The tables are the SQL file's; Django's state only knows their columns."""

    dependencies = [
        ("audit", "0017_objects_of_all"),
        ("policy", "0004_positions_of_denials"),
    ]

    operations = [
        run_sql_file(migration=__file__, name="0018_denial_seals.sql"),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="DenialSeal",
                    fields=[
                        ("id", ID.clone()),
                        ("ordinal", models.BigIntegerField()),
                        ("sealed_at", models.DateTimeField()),
                        ("denial_count", models.BigIntegerField()),
                        ("denials", models.BinaryField()),
                        ("statement", models.BinaryField()),
                        ("company", COMPANY),
                    ],
                    options={"db_table": "audit_denial_seal", "ordering": ("-id",)},
                ),
                migrations.AddConstraint(
                    model_name="denialseal",
                    constraint=models.UniqueConstraint(
                        fields=("company", "ordinal"), name="denial_seal_unique", nulls_distinct=False
                    ),
                ),
                migrations.CreateModel(
                    name="DenialComparison",
                    fields=[
                        ("id", ID.clone()),
                        ("started_at", models.DateTimeField()),
                        ("finished_at", models.DateTimeField()),
                        ("seal_count", models.BigIntegerField()),
                        ("denial_count", models.BigIntegerField()),
                        ("difference_count", models.BigIntegerField()),
                        ("differences", models.JSONField()),
                    ],
                    options={"db_table": "audit_denial_comparison", "ordering": ("-id",)},
                ),
            ],
        ),
    ]
