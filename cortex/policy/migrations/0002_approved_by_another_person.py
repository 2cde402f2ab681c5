# SPDX-License-Identifier: Apache-2.0
"""Whoever wrote a version through a program does not approve it either."""

from django.db import migrations

from cortex.database.sql_files import run_sql_file


class Migration(migrations.Migration):
    """A constraint of the SQL file."""

    dependencies = [("policy", "0001_policies")]

    operations = [run_sql_file(migration=__file__, name="0002_approved_by_another_person.sql")]
