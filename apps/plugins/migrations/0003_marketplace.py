# SPDX-License-Identifier: Apache-2.0
"""The marketplace: publishers, submissions, their reviews, releases and what people report."""

import django.db.models.deletion
from django.db import migrations, models

import cortex.ids
from cortex.database.sql_files import run_sql_file


class Migration(migrations.Migration):
    """The tables are the SQL file's; Django's state only knows their columns."""

    dependencies = [("plugins", "0002_calls")]

    operations = [
        run_sql_file(migration=__file__, name="0003_marketplace.sql"),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="Publisher",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=cortex.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("namespace", models.CharField(max_length=60, unique=True)),
                        ("skeleton", models.CharField(max_length=60, unique=True)),
                        ("name", models.CharField(max_length=100)),
                        ("contact", models.CharField(max_length=200)),
                        ("owner", models.CharField(max_length=200)),
                        ("owner_user_id", models.UUIDField()),
                        ("claimed_at", models.DateTimeField()),
                        ("confirmed_by", models.CharField(max_length=200, null=True)),
                        ("confirmed_at", models.DateTimeField(null=True)),
                        ("confirmation", models.CharField(blank=True, default="", max_length=1000)),
                    ],
                    options={
                        "db_table": "plugins_publisher",
                        "ordering": ("namespace",),
                    },
                ),
                migrations.CreateModel(
                    name="Release",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=cortex.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("plugin_id", models.CharField(max_length=100, verbose_name="plugin")),
                        ("version", models.CharField(max_length=64)),
                        ("name", models.CharField(max_length=60)),
                        ("description", models.TextField()),
                        (
                            "channel",
                            models.CharField(
                                choices=[
                                    ("stable", "Stable"),
                                    ("beta", "Beta"),
                                    ("private", "Private to a company"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("company_code", models.CharField(blank=True, default="", max_length=50)),
                        ("bundle_digest", models.CharField(max_length=64, unique=True)),
                        ("released_by", models.CharField(max_length=200)),
                        ("released_at", models.DateTimeField()),
                        (
                            "standing",
                            models.CharField(
                                choices=[
                                    ("released", "Released"),
                                    ("yanked", "Yanked"),
                                    ("revoked", "Revoked"),
                                ],
                                default="released",
                                max_length=10,
                            ),
                        ),
                        ("withdrawn_by", models.CharField(max_length=200, null=True)),
                        ("withdrawn_at", models.DateTimeField(null=True)),
                        ("withdrawn_reason", models.CharField(blank=True, default="", max_length=1000)),
                        ("published_at", models.DateTimeField(null=True)),
                        ("taken_out_at", models.DateTimeField(null=True)),
                        ("hindrance", models.CharField(blank=True, default="", max_length=500)),
                    ],
                    options={
                        "db_table": "plugins_release",
                        "ordering": ("-id",),
                    },
                ),
                migrations.CreateModel(
                    name="PublisherKey",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=cortex.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("keyid", models.CharField(max_length=64, verbose_name="key id")),
                        ("public_key", models.CharField(max_length=64)),
                        ("challenge", models.CharField(max_length=64)),
                        ("added_by", models.CharField(max_length=200)),
                        ("added_at", models.DateTimeField()),
                        ("verified_at", models.DateTimeField(null=True)),
                        ("revoked_at", models.DateTimeField(null=True)),
                        ("revoked_by", models.CharField(max_length=200, null=True)),
                        ("revoked_reason", models.CharField(blank=True, default="", max_length=1000)),
                        (
                            "publisher",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="keys",
                                to="plugins.publisher",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "plugins_publisher_key",
                        "ordering": ("-id",),
                    },
                ),
                migrations.CreateModel(
                    name="ProblemReport",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=cortex.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("security", "Security"),
                                    ("fault", "It does not work"),
                                    ("rights", "It does other things than it says"),
                                    ("other", "Something else"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("text", models.CharField(max_length=2000)),
                        ("reported_by", models.CharField(max_length=200)),
                        ("reported_at", models.DateTimeField()),
                        ("closed_by", models.CharField(max_length=200, null=True)),
                        ("closed_at", models.DateTimeField(null=True)),
                        ("answer", models.CharField(blank=True, default="", max_length=1000)),
                        (
                            "release",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="reports",
                                to="plugins.release",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "plugins_problem_report",
                        "ordering": ("-id",),
                    },
                ),
                migrations.CreateModel(
                    name="Submission",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=cortex.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("plugin_id", models.CharField(max_length=100, verbose_name="plugin")),
                        ("version", models.CharField(max_length=64)),
                        (
                            "channel",
                            models.CharField(
                                choices=[
                                    ("stable", "Stable"),
                                    ("beta", "Beta"),
                                    ("private", "Private to a company"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("company_code", models.CharField(blank=True, default="", max_length=50)),
                        ("source_digest", models.CharField(max_length=64)),
                        ("statement", models.TextField()),
                        ("statement_digest", models.CharField(max_length=64, unique=True)),
                        ("signed_by", models.CharField(max_length=64)),
                        ("manifest_text", models.TextField()),
                        ("capabilities", models.JSONField()),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("checking", "Being checked"),
                                    ("failed", "Failed its checks"),
                                    ("reviewable", "Waits for a reviewer"),
                                    ("rejected", "Rejected"),
                                    ("approved", "Approved, waits for the publisher's signature"),
                                    ("confirmed", "Signed, waits for release"),
                                    ("released", "Released"),
                                ],
                                default="checking",
                                max_length=12,
                            ),
                        ),
                        ("submitted_by", models.CharField(max_length=200)),
                        ("submitted_at", models.DateTimeField()),
                        ("bundle_digest", models.CharField(blank=True, default="", max_length=64)),
                        ("approved_by", models.CharField(max_length=200, null=True)),
                        ("approved_at", models.DateTimeField(null=True)),
                        ("confirmed_by", models.CharField(max_length=200, null=True)),
                        ("confirmed_at", models.DateTimeField(null=True)),
                        (
                            "publisher",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="submissions",
                                to="plugins.publisher",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "plugins_submission",
                        "ordering": ("-id",),
                    },
                ),
                migrations.CreateModel(
                    name="ReviewRun",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=cortex.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("queued", "Queued"),
                                    ("running", "Running"),
                                    ("succeeded", "Done"),
                                    ("failed", "Could not be done"),
                                ],
                                default="queued",
                                max_length=10,
                            ),
                        ),
                        ("done", models.PositiveSmallIntegerField(default=0)),
                        ("total", models.PositiveSmallIntegerField(default=0)),
                        ("message", models.CharField(blank=True, default="", max_length=200)),
                        ("checks", models.JSONField(default=list)),
                        ("error", models.JSONField(null=True)),
                        ("asked_by", models.CharField(max_length=200)),
                        ("attempts", models.PositiveSmallIntegerField(default=0)),
                        ("claim", models.UUIDField(null=True)),
                        ("lease_until", models.DateTimeField(null=True)),
                        ("asked_at", models.DateTimeField()),
                        ("sent_at", models.DateTimeField()),
                        ("finished_at", models.DateTimeField(null=True)),
                        (
                            "submission",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="runs",
                                to="plugins.submission",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "plugins_review_run",
                        "ordering": ("-id",),
                    },
                ),
                migrations.CreateModel(
                    name="ReviewDecision",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=cortex.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("is_approved", models.BooleanField()),
                        ("checklist", models.JSONField()),
                        ("reason", models.CharField(max_length=1000)),
                        ("decided_by", models.CharField(max_length=200)),
                        ("decided_at", models.DateTimeField()),
                        (
                            "submission",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="decisions",
                                to="plugins.submission",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "plugins_review_decision",
                        "ordering": ("-id",),
                    },
                ),
                migrations.AddField(
                    model_name="release",
                    name="submission",
                    field=models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="release",
                        to="plugins.submission",
                    ),
                ),
                migrations.CreateModel(
                    name="SubmissionFile",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=cortex.ids.uuid7, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("sources", "Sources"),
                                    ("built", "Built, not signed"),
                                    ("signed", "Signed by the publisher"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("digest", models.CharField(max_length=64)),
                        ("content", models.BinaryField()),
                        (
                            "submission",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="files",
                                to="plugins.submission",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "plugins_submission_file",
                        "ordering": ("-id",),
                    },
                ),
                migrations.AddConstraint(
                    model_name="release",
                    constraint=models.UniqueConstraint(
                        fields=("plugin_id", "version"), name="plugins_release_version_unique"
                    ),
                ),
            ]
        ),
    ]
