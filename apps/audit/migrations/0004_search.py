# SPDX-License-Identifier: Apache-2.0
"""Actor, verb and type of object beside each leaf, with the indexes that searches walk."""

from django.db import migrations, models

from cortex.database.sql_files import run_sql_file


class Migration(migrations.Migration):
    """The columns are the SQL file's; Django's state only knows them."""

    dependencies = [("audit", "0003_transparency_log")]

    operations = [
        run_sql_file(migration=__file__, name="0004_search.sql"),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AddField("auditentry", name, models.TextField(default=""), preserve_default=False)
                for name in ("actor", "verb", "object_type")
            ]
        ),
    ]
