# SPDX-License-Identifier: Apache-2.0
"""What waits for a plugin: an event that it hears, or a moment of its schedule."""

from django.db import models

from apps.plugins.models.installation import Installation
from cortex.ids import uuid7
from cortex.tenancy.models import Company


class PluginRun(models.Model):
    """One call that is due, once for each installation and trigger; `given` is the handler's input."""

    class State(models.TextChoices):
        """Where it stands; what a call leads to is written together with DONE."""

        QUEUED = "queued", "Queued"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    installation = models.ForeignKey(Installation, on_delete=models.PROTECT, related_name="+")
    trigger = models.CharField(max_length=10)
    trigger_id = models.CharField(max_length=200)
    handler = models.CharField(max_length=100)
    given = models.JSONField()
    hops = models.SmallIntegerField()
    state = models.CharField(max_length=7, choices=State.choices, default=State.QUEUED)
    attempts = models.SmallIntegerField(default=0)
    queued_at = models.DateTimeField()
    claim = models.UUIDField(null=True)
    claimed_until = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=100, blank=True, default="")

    class Meta:
        db_table = "plugins_run"
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=("company", "installation", "trigger", "trigger_id"), name="plugins_run_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.trigger} {self.trigger_id} {self.state}"
