# SPDX-License-Identifier: Apache-2.0
"""How the name of a party and the texts of its entries are erased."""

from django.db import migrations

from cortex.database.sql_files import run_sql_file


class Migration(migrations.Migration):
    """A function of the database; no table changes."""

    dependencies = [("accounting", "0001_books")]

    operations = [run_sql_file(migration=__file__, name="0004_erase_party.sql")]
