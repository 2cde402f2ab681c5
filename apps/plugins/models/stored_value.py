# SPDX-License-Identifier: Apache-2.0
"""What a plugin keeps for itself in a company."""

from django.db import models

from cortex.ids import uuid7
from cortex.tenancy.models import Company


class StoredValue(models.Model):
    """One JSON text under a key."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    plugin_id = models.CharField("plugin", max_length=100)
    key = models.CharField(max_length=200, db_collation="C")
    text = models.TextField()

    class Meta:
        db_table = "plugins_stored_value"
        ordering = ("plugin_id", "key")
        constraints = (
            models.UniqueConstraint(fields=("company", "plugin_id", "key"), name="plugins_stored_value_once"),
        )

    def __str__(self) -> str:
        return f"{self.plugin_id} {self.key}"
