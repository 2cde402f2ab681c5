# SPDX-License-Identifier: Apache-2.0
"""Names of parties have a salt, under which leaves commit to them."""

from django.db import migrations, models

from cortex.database.sql_files import run_sql_file


class Migration(migrations.Migration):
    """No row changes: names that are there have no leaf, and are counted."""

    dependencies = [("accounting", "0004_recorded_digest")]

    operations = [
        run_sql_file(migration=__file__, name="0007_party_name_salt.sql"),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AddField("partyname", "name_salt", models.BinaryField(max_length=32, null=True)),
            ]
        ),
    ]
