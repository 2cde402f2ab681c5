# SPDX-License-Identifier: Apache-2.0
"""Who invites, as proposals know their proposers: kind, name, scopes, and for whom a program acts."""

from django.db import migrations, models

from cortex.database.sql_files import run_sql_file


class Migration(migrations.Migration):
    """The table is the SQL file's; Django's state only knows its columns."""

    dependencies = [("identity", "0008_asked_resets")]

    operations = [
        run_sql_file(migration=__file__, name="0009_inviters.sql"),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AddField(
                    model_name="invitation",
                    name="inviter_kind",
                    field=models.CharField(max_length=10, null=True),
                ),
                migrations.AddField(
                    model_name="invitation",
                    name="inviter_id",
                    field=models.CharField(blank=True, max_length=150),
                    preserve_default=False,
                ),
                migrations.AddField(
                    model_name="invitation",
                    name="inviter_scopes",
                    field=models.JSONField(null=True),
                ),
                migrations.AddField(
                    model_name="invitation",
                    name="inviter_acts_for_person",
                    field=models.BooleanField(default=False),
                ),
                migrations.AddField(
                    model_name="invitation",
                    name="inviter_certificate",
                    field=models.CharField(blank=True, max_length=300),
                    preserve_default=False,
                ),
                migrations.AddField(
                    model_name="invitation",
                    name="inviter_has_consent",
                    field=models.BooleanField(default=False),
                ),
            ]
        ),
    ]
