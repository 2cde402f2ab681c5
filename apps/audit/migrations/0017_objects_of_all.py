# SPDX-License-Identifier: Apache-2.0
"""An index of the leaves of all companies by their objects."""

from django.db import migrations

from cortex.database.sql_files import run_sql_file


class Migration(migrations.Migration):
    """The index is the SQL file's."""

    dependencies = [("audit", "0016_retention_night")]

    operations = [run_sql_file(migration=__file__, name="0017_objects_of_all.sql")]
