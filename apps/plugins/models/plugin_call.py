# SPDX-License-Identifier: Apache-2.0
"""A call of a plugin, as it was."""

from django.db import models

from apps.plugins.models.installation import Installation
from cortex.ids import uuid7
from cortex.tenancy.models import Company


class PluginCall(models.Model):
    """What it used and how it ended: an empty `outcome` means that it answered. No row changes.

    `lines` are (level, text) of the plugin's log. `memory_bytes` is the bound that it ran under.
    """

    class Trigger(models.TextChoices):
        """What made it run."""

        EVENT = "event", "Event"
        JOB = "job", "Job"
        ENDPOINT = "endpoint", "Endpoint"
        VALIDATOR = "validator", "Validator"
        TRY = "try", "Try"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    installation = models.ForeignKey(Installation, on_delete=models.PROTECT, related_name="+")
    plugin_id = models.CharField("plugin", max_length=100)
    version = models.CharField(max_length=64)
    handler = models.CharField(max_length=100)
    trigger = models.CharField(max_length=10, choices=Trigger.choices)
    trigger_id = models.CharField(max_length=200, blank=True)
    called_by = models.CharField(max_length=200)
    started_at = models.DateTimeField()
    milliseconds = models.IntegerField()
    fuel = models.BigIntegerField()
    memory_bytes = models.BigIntegerField()
    host_calls = models.IntegerField()
    outcome = models.CharField(max_length=100, blank=True)
    message = models.CharField(max_length=1000, blank=True)
    traceback = models.CharField(max_length=6000, blank=True)
    lines = models.JSONField()

    class Meta:
        db_table = "plugins_call"
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.plugin_id} {self.handler} {self.outcome or 'answered'}"
