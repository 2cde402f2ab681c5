# SPDX-License-Identifier: Apache-2.0
"""A version of a plugin that this installation knows."""

from django.db import models

from cortex.ids import uuid7


class PluginVersion(models.Model):
    """What was signed, by whom, and whether it was recalled. The row changes in nothing else.

    `manifest_text` is the exact `plugin.yaml`, `capabilities` its sorted texts and `signed_by` ids of keys.
    `component_digest` is the SHA-256 of the component, under which compiled code lies.
    """

    class Origin(models.TextChoices):
        """How the bundle came here."""

        FILE = "file", "File"
        REPOSITORY = "repository", "Repository"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    plugin_id = models.CharField("plugin", max_length=100)
    version = models.CharField(max_length=64)
    publisher = models.CharField(max_length=60)
    bundle_digest = models.CharField(max_length=64, unique=True)
    component_digest = models.CharField(max_length=64)
    manifest_text = models.TextField()
    capabilities = models.JSONField()
    signed_by = models.JSONField()
    origin = models.CharField(max_length=10, choices=Origin.choices)
    added_by = models.CharField(max_length=200)
    added_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    revoked_reason = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        db_table = "plugins_version"
        ordering = ("plugin_id", "-id")
        constraints = (
            models.UniqueConstraint(fields=("plugin_id", "version"), name="plugins_version_unique"),
        )

    def __str__(self) -> str:
        return f"{self.plugin_id} {self.version}"
