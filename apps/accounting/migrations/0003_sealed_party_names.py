# SPDX-License-Identifier: Apache-2.0
"""Names of parties are sealed, and found by a blind index; the renewal seals those that are there."""

from django.db import migrations, models

from cortex.database.sql_files import run_sql_file


class Migration(migrations.Migration):
    """No row changes here: `cortex renew_sealed_fields`, the night or the job of a company seals them."""

    dependencies = [("accounting", "0002_erase_party"), ("sealed_fields", "0001_field_keys")]

    operations = [
        run_sql_file(migration=__file__, name="0005_sealed_party_names.sql"),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="partyname",
                    name="name",
                    field=models.CharField(max_length=200, null=True),
                ),
                migrations.AddField(
                    model_name="partyname", name="name_key_id", field=models.UUIDField(null=True)
                ),
                migrations.AddField(
                    model_name="partyname", name="name_sealed", field=models.BinaryField(null=True)
                ),
                migrations.AddField(
                    model_name="partyname",
                    name="name_index",
                    field=models.BinaryField(max_length=32, null=True),
                ),
                migrations.AddConstraint(
                    model_name="partyname",
                    constraint=models.UniqueConstraint(
                        fields=("company", "name_index"), name="party_name_index_unique"
                    ),
                ),
            ]
        ),
    ]
