# SPDX-License-Identifier: Apache-2.0
"""Endpoints, deliveries and attempts of webhooks."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import cortex.ids
from cortex.database.sql_files import run_sql_file


def _key():
    return models.UUIDField(default=cortex.ids.uuid7, editable=False, primary_key=True, serialize=False)


def _to(model):
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=model)


class Migration(migrations.Migration):
    """The tables are the SQL file's; Django's state only knows their columns."""

    dependencies = [
        ("tenancy", "0001_company"),
        ("events", "0002_relay_and_inbox"),
    ]

    operations = [
        run_sql_file(migration=__file__, name="0003_webhooks.sql"),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="WebhookEndpoint",
                    fields=[
                        ("id", _key()),
                        ("url", models.CharField(max_length=2000)),
                        ("description", models.CharField(max_length=200)),
                        (
                            "event_types",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=150), size=None
                            ),
                        ),
                        ("is_active", models.BooleanField()),
                        ("disabled_reason", models.CharField(max_length=200)),
                        ("failures_in_a_row", models.IntegerField()),
                        ("secret_version", models.SmallIntegerField()),
                        ("secret_changed_at", models.DateTimeField()),
                        ("created_at", models.DateTimeField()),
                        ("company", _to("tenancy.company")),
                    ],
                    options={"db_table": "events_webhook_endpoint", "ordering": ("id",)},
                ),
                migrations.CreateModel(
                    name="WebhookDelivery",
                    fields=[
                        ("id", _key()),
                        ("event_id", models.UUIDField()),
                        (
                            "state",
                            models.CharField(
                                choices=[("queued", "queued"), ("sent", "sent"), ("failed", "given up")],
                                max_length=10,
                            ),
                        ),
                        ("attempts", models.SmallIntegerField()),
                        ("due_at", models.DateTimeField()),
                        ("created_at", models.DateTimeField()),
                        ("company", _to("tenancy.company")),
                        ("endpoint", _to("events.webhookendpoint")),
                    ],
                    options={
                        "db_table": "events_webhook_delivery",
                        "ordering": ("-created_at",),
                        "verbose_name_plural": "webhook deliveries",
                    },
                ),
                migrations.CreateModel(
                    name="WebhookAttempt",
                    fields=[
                        ("id", _key()),
                        ("status", models.SmallIntegerField(null=True)),
                        ("error", models.CharField(max_length=500)),
                        ("duration_ms", models.IntegerField()),
                        ("attempted_at", models.DateTimeField()),
                        ("company", _to("tenancy.company")),
                        ("delivery", _to("events.webhookdelivery")),
                    ],
                    options={"db_table": "events_webhook_attempt", "ordering": ("attempted_at",)},
                ),
            ]
        ),
    ]
