# SPDX-License-Identifier: Apache-2.0
"""What the leaf of an exception fixes stands beside it."""

from django.db import migrations, models

from cortex.database.sql_files import run_sql_file


class Migration(migrations.Migration):
    """The column is the SQL file's; Django's state only knows it."""

    dependencies = [("audit", "0012_by_hand")]

    operations = [
        run_sql_file(migration=__file__, name="0013_exception_documents.sql"),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AddField("controlexception", "document", models.BinaryField(null=True))
            ]
        ),
    ]
