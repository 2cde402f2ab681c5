# SPDX-License-Identifier: Apache-2.0
"""Digests of entries cover when and in which transaction they were recorded."""

from django.db import migrations, models

from cortex.database.sql_files import run_sql_file


class Migration(migrations.Migration):
    """No row changes: entries that are there keep the version of their leaf's digest."""

    dependencies = [("accounting", "0003_sealed_party_names")]

    operations = [
        run_sql_file(migration=__file__, name="0006_recorded_digest.sql"),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AddField("journalentry", "digest_version", models.SmallIntegerField(default=1)),
            ]
        ),
    ]
