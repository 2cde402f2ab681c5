# SPDX-License-Identifier: Apache-2.0
"""Chart, calendar, journals, entries, balances, and the one way to post."""

import django.db.models.deletion
from django.db import migrations, models

import cortex.ids
from cortex.database.sql_files import run_sql_file


class Migration(migrations.Migration):
    """The tables are the SQL files'; Django's state only knows their columns."""

    initial = True

    dependencies = [
        ("tenancy", "0001_company"),
    ]

    operations = [
        run_sql_file(migration=__file__, name="0001_chart_and_calendar.sql"),
        run_sql_file(migration=__file__, name="0002_entries_and_balances.sql"),
        run_sql_file(migration=__file__, name="0003_posting.sql"),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="Party",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=cortex.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("created_at", models.DateTimeField()),
                        (
                            "company",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, to="tenancy.company"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name_plural": "parties",
                        "db_table": "accounting_party",
                    },
                ),
                migrations.CreateModel(
                    name="Account",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=cortex.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("code", models.CharField(max_length=100)),
                        ("name", models.CharField(max_length=200)),
                        (
                            "type",
                            models.CharField(
                                choices=[
                                    ("asset", "Asset"),
                                    ("liability", "Liability"),
                                    ("equity", "Equity"),
                                    ("income", "Income"),
                                    ("expense", "Expense"),
                                ],
                                max_length=9,
                            ),
                        ),
                        ("is_bank_or_cash", models.BooleanField(default=False)),
                        ("is_active", models.BooleanField(default=True)),
                        (
                            "company",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, to="tenancy.company"
                            ),
                        ),
                        (
                            "parent",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="children",
                                to="accounting.account",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "accounting_account",
                        "ordering": ("code",),
                    },
                ),
                migrations.CreateModel(
                    name="AccountDayBalance",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "company_id",
                                "account_id",
                                "currency",
                                "accounting_date",
                                blank=True,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("currency", models.CharField(max_length=3)),
                        ("accounting_date", models.DateField()),
                        ("debit_minor", models.BigIntegerField()),
                        ("credit_minor", models.BigIntegerField()),
                        ("line_count", models.BigIntegerField()),
                        (
                            "account",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, to="accounting.account"
                            ),
                        ),
                        (
                            "company",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, to="tenancy.company"
                            ),
                        ),
                    ],
                    options={
                        "db_table": "accounting_account_day_balance",
                    },
                ),
                migrations.CreateModel(
                    name="FiscalPeriod",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=cortex.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("code", models.CharField(max_length=20)),
                        ("start_date", models.DateField()),
                        ("end_date", models.DateField()),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("open", "Open"),
                                    ("soft_closed", "Soft-closed"),
                                    ("closed", "Closed"),
                                    ("locked", "Locked"),
                                ],
                                default="open",
                                max_length=11,
                            ),
                        ),
                        (
                            "company",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, to="tenancy.company"
                            ),
                        ),
                    ],
                    options={
                        "db_table": "accounting_fiscal_period",
                        "ordering": ("start_date",),
                    },
                ),
                migrations.CreateModel(
                    name="AccountPeriodBalance",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "company_id",
                                "account_id",
                                "currency",
                                "period_id",
                                blank=True,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("currency", models.CharField(max_length=3)),
                        ("debit_minor", models.BigIntegerField()),
                        ("credit_minor", models.BigIntegerField()),
                        ("line_count", models.BigIntegerField()),
                        (
                            "account",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, to="accounting.account"
                            ),
                        ),
                        (
                            "company",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, to="tenancy.company"
                            ),
                        ),
                        (
                            "period",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, to="accounting.fiscalperiod"
                            ),
                        ),
                    ],
                    options={
                        "db_table": "accounting_account_period_balance",
                    },
                ),
                migrations.CreateModel(
                    name="FiscalYear",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=cortex.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("code", models.CharField(max_length=20)),
                        ("start_date", models.DateField()),
                        ("end_date", models.DateField()),
                        (
                            "company",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, to="tenancy.company"
                            ),
                        ),
                    ],
                    options={
                        "db_table": "accounting_fiscal_year",
                        "ordering": ("start_date",),
                    },
                ),
                migrations.AddField(
                    model_name="fiscalperiod",
                    name="fiscal_year",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="periods",
                        to="accounting.fiscalyear",
                    ),
                ),
                migrations.CreateModel(
                    name="Journal",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=cortex.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("code", models.CharField(max_length=20)),
                        ("name", models.CharField(max_length=200)),
                        (
                            "company",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, to="tenancy.company"
                            ),
                        ),
                    ],
                    options={
                        "db_table": "accounting_journal",
                        "ordering": ("code",),
                    },
                ),
                migrations.CreateModel(
                    name="JournalCounter",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "company_id",
                                "journal_id",
                                "fiscal_year_id",
                                blank=True,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("last_number", models.BigIntegerField()),
                        (
                            "company",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, to="tenancy.company"
                            ),
                        ),
                        (
                            "fiscal_year",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, to="accounting.fiscalyear"
                            ),
                        ),
                        (
                            "journal",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, to="accounting.journal"
                            ),
                        ),
                    ],
                    options={
                        "db_table": "accounting_journal_counter",
                    },
                ),
                migrations.CreateModel(
                    name="Ledger",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=cortex.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("code", models.CharField(max_length=20)),
                        ("name", models.CharField(max_length=200)),
                        ("base_currency", models.CharField(max_length=3)),
                        ("fiscal_year_start_month", models.PositiveSmallIntegerField(default=1)),
                        ("locale", models.CharField(default="en", max_length=20)),
                        (
                            "company",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, to="tenancy.company"
                            ),
                        ),
                    ],
                    options={
                        "db_table": "accounting_ledger",
                    },
                ),
                migrations.CreateModel(
                    name="JournalEntry",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        ("accounting_date", models.DateField()),
                        ("number", models.BigIntegerField()),
                        ("reference", models.CharField(max_length=100, null=True)),
                        ("is_cancellation", models.BooleanField()),
                        ("line_count", models.IntegerField()),
                        ("narration_commitment", models.BinaryField()),
                        ("posted_by", models.CharField(max_length=200)),
                        ("recorded_at", models.DateTimeField()),
                        (
                            "company",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, to="tenancy.company"
                            ),
                        ),
                        (
                            "fiscal_year",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, to="accounting.fiscalyear"
                            ),
                        ),
                        (
                            "journal",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="entries",
                                to="accounting.journal",
                            ),
                        ),
                        (
                            "period",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, to="accounting.fiscalperiod"
                            ),
                        ),
                        (
                            "reverses",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="reversed_by",
                                to="accounting.journalentry",
                            ),
                        ),
                        (
                            "ledger",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, to="accounting.ledger"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name_plural": "journal entries",
                        "db_table": "accounting_journal_entry",
                        "ordering": ("-accounting_date", "-id"),
                    },
                ),
                migrations.AddField(
                    model_name="journal",
                    name="ledger",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="journals",
                        to="accounting.ledger",
                    ),
                ),
                migrations.AddField(
                    model_name="fiscalyear",
                    name="ledger",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="fiscal_years",
                        to="accounting.ledger",
                    ),
                ),
                migrations.AddField(
                    model_name="fiscalperiod",
                    name="ledger",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="fiscal_periods",
                        to="accounting.ledger",
                    ),
                ),
                migrations.AddField(
                    model_name="account",
                    name="ledger",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="accounts",
                        to="accounting.ledger",
                    ),
                ),
                migrations.CreateModel(
                    name="PartyName",
                    fields=[
                        (
                            "party",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                primary_key=True,
                                related_name="party_name",
                                serialize=False,
                                to="accounting.party",
                            ),
                        ),
                        ("name", models.CharField(max_length=200)),
                    ],
                    options={
                        "db_table": "accounting_party_name",
                    },
                ),
                migrations.CreateModel(
                    name="JournalLine",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "company_id",
                                "entry_id",
                                "line_no",
                                blank=True,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("line_no", models.SmallIntegerField()),
                        ("accounting_date", models.DateField()),
                        ("currency", models.CharField(max_length=3)),
                        ("amount_minor", models.BigIntegerField()),
                        (
                            "account",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="lines",
                                to="accounting.account",
                            ),
                        ),
                        (
                            "company",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, to="tenancy.company"
                            ),
                        ),
                        (
                            "entry",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="lines",
                                to="accounting.journalentry",
                            ),
                        ),
                        (
                            "period",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, to="accounting.fiscalperiod"
                            ),
                        ),
                        (
                            "party",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.PROTECT, to="accounting.party"
                            ),
                        ),
                    ],
                    options={
                        "db_table": "accounting_journal_line",
                        "ordering": ("line_no",),
                    },
                ),
                migrations.CreateModel(
                    name="JournalEntryText",
                    fields=[
                        (
                            "entry",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                primary_key=True,
                                related_name="text",
                                serialize=False,
                                to="accounting.journalentry",
                            ),
                        ),
                        ("salt", models.BinaryField()),
                        ("narration", models.CharField(max_length=1000)),
                        ("line_narrations", models.JSONField(null=True)),
                        (
                            "company",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, to="tenancy.company"
                            ),
                        ),
                    ],
                    options={
                        "db_table": "accounting_journal_entry_text",
                    },
                ),
                migrations.AddConstraint(
                    model_name="ledger",
                    constraint=models.UniqueConstraint(fields=("company", "code"), name="ledger_code_unique"),
                ),
                migrations.AddConstraint(
                    model_name="journalentry",
                    constraint=models.UniqueConstraint(
                        fields=("company", "journal", "fiscal_year", "number"),
                        name="journal_entry_number_unique",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="journalentry",
                    constraint=models.UniqueConstraint(
                        fields=("company", "journal", "reference"), name="journal_entry_reference_unique"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="journal",
                    constraint=models.UniqueConstraint(
                        fields=("company", "ledger", "code"), name="journal_code_unique"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="fiscalyear",
                    constraint=models.UniqueConstraint(
                        fields=("company", "ledger", "code"), name="fiscal_year_code_unique"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="fiscalperiod",
                    constraint=models.UniqueConstraint(
                        fields=("company", "ledger", "code"), name="fiscal_period_code_unique"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="account",
                    constraint=models.UniqueConstraint(
                        fields=("company", "ledger", "code"), name="account_code_unique"
                    ),
                ),
                migrations.AddField(
                    model_name="partyname",
                    name="company",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="tenancy.company"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="partyname",
                    constraint=models.UniqueConstraint(fields=("company", "name"), name="party_name_unique"),
                ),
            ]
        ),
    ]
