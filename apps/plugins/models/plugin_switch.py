# SPDX-License-Identifier: Apache-2.0
"""The kill-switch."""

from django.db import models

from cortex.ids import uuid7


class PluginSwitch(models.Model):
    """One turn of the switch; the newest of a plugin counts, and an empty name means all. No row changes."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    plugin_id = models.CharField("plugin", max_length=100, blank=True)
    is_off = models.BooleanField()
    reason = models.CharField(max_length=500)
    turned_by = models.CharField(max_length=200)
    turned_at = models.DateTimeField()

    class Meta:
        db_table = "plugins_switch"
        ordering = ("-id",)
        verbose_name_plural = "plugin switches"

    def __str__(self) -> str:
        return f"{self.plugin_id or 'all plugins'} {'off' if self.is_off else 'on'}"
