# SPDX-License-Identifier: Apache-2.0
"""Content encrypted at rest; the digest and the size stay those of the file itself."""

from django.db import migrations, models

from cortex.database.sql_files import run_sql_file


class Migration(migrations.Migration):
    """The columns are the SQL file's; Django's state follows."""

    dependencies = [
        ("storage", "0001_stored_file"),
    ]

    operations = [
        run_sql_file(migration=__file__, name="0002_encrypted_content.sql"),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AddField("storedfile", "wrapped_key", models.BinaryField(null=True)),
                migrations.RemoveField("storedfile", "digest"),
                migrations.RemoveField("storedfile", "size_bytes"),
                migrations.AddField("storedfile", "digest", models.BinaryField()),
                migrations.AddField("storedfile", "size_bytes", models.IntegerField()),
            ]
        ),
    ]
