# SPDX-License-Identifier: Apache-2.0
"""Where decisions stand in commit order, and the denials among them."""

from django.db import migrations

from cortex.database.sql_files import run_sql_file


class Migration(migrations.Migration):
    """Columns that the database fills and no model reads."""

    dependencies = [("policy", "0003_packaged_texts")]

    operations = [run_sql_file(migration=__file__, name="0004_positions_of_denials.sql")]
