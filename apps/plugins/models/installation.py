# SPDX-License-Identifier: Apache-2.0
"""A plugin in a company."""

from django.db import models

from apps.plugins.models.plugin_version import PluginVersion
from cortex.ids import uuid7
from cortex.tenancy.models import Company


class Installation(models.Model):
    """What it was granted there, its settings, and on whose behalf it acts by itself.

    `granted` are texts of capabilities. `installed_by` is who installed it, or last let it do more: what it
    does without being asked, it does with that person's rights of today. What was removed keeps its row.
    """

    class State(models.TextChoices):
        """Whether it runs. Quarantine ends only by a person's decision; nothing ends a removal."""

        ENABLED = "enabled", "Enabled"
        DISABLED = "disabled", "Disabled"
        QUARANTINED = "quarantined", "Quarantined"
        REMOVED = "removed", "Removed"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    plugin_id = models.CharField("plugin", max_length=100)
    version = models.ForeignKey(PluginVersion, on_delete=models.PROTECT, related_name="+")
    previous_version = models.ForeignKey(PluginVersion, on_delete=models.PROTECT, related_name="+", null=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.ENABLED)
    state_reason = models.CharField(max_length=500, blank=True, default="")
    granted = models.JSONField()
    settings = models.JSONField()
    installed_by = models.CharField(max_length=200)
    installed_by_user_id = models.UUIDField()
    installed_at = models.DateTimeField()

    class Meta:
        db_table = "plugins_installation"
        ordering = ("plugin_id", "-id")

    def __str__(self) -> str:
        return f"{self.plugin_id} {self.state}"
