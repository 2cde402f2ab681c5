# SPDX-License-Identifier: Apache-2.0
"""Which log of the bus the relay knows."""

from django.db import migrations

from cortex.database.sql_files import run_sql_file


class Migration(migrations.Migration):
    """Only the relay's own SQL touches the table: it has no model."""

    dependencies = [
        ("events", "0004_removed_webhooks"),
    ]

    operations = [
        run_sql_file(migration=__file__, name="0005_bus_log.sql"),
    ]
