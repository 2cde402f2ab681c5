# SPDX-License-Identifier: Apache-2.0
"""What was seen of keys and their use: evidence that nobody takes back, and nothing of a key itself."""

from django.db import models

from cortex.ids import uuid7


class KeySighting(models.Model):
    """A version that a keeper has since its last look, or no longer has; the newest row of each counts."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    keeper = models.CharField(max_length=20)
    key_id = models.CharField(max_length=61)
    version = models.BigIntegerField()
    mark = models.CharField(max_length=64)
    is_held = models.BooleanField()
    seen_at = models.DateTimeField()
    digest = models.CharField(max_length=64)

    class Meta:
        app_label = "secrets"
        db_table = "secrets_key_sighting"
        ordering = ("-seen_at",)
        verbose_name = "version of a key"
        verbose_name_plural = "versions of keys"

    def __str__(self) -> str:
        return f"{self.key_id} version {self.version} at {self.keeper}"


class KeyUse(models.Model):
    """The first use in an hour of a key's version by a kind of process."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    hour_at = models.DateTimeField()
    used_at = models.DateTimeField()
    keeper = models.CharField(max_length=20)
    key_id = models.CharField(max_length=61)
    version = models.BigIntegerField()
    operation = models.CharField(max_length=20)
    process = models.CharField(max_length=20)
    digest = models.CharField(max_length=64)

    class Meta:
        app_label = "secrets"
        db_table = "secrets_key_use"
        ordering = ("-used_at",)
        verbose_name = "use of a key"
        verbose_name_plural = "uses of keys"
        constraints = [
            models.UniqueConstraint(
                fields=["hour_at", "keeper", "key_id", "version", "operation", "process"],
                name="key_use_unique",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.operation} with {self.key_id} version {self.version} by {self.process}"


class KeyUseCount(models.Model):
    """How often a key was used in an interval: by version, operation and kind of process."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    keeper = models.CharField(max_length=20)
    key_id = models.CharField(max_length=61)
    since_at = models.DateTimeField()
    until_at = models.DateTimeField()
    use_count = models.BigIntegerField()
    uses = models.JSONField()
    digest = models.CharField(max_length=64)

    class Meta:
        app_label = "secrets"
        db_table = "secrets_key_use_count"
        ordering = ("-until_at",)
        verbose_name = "count of uses of a key"
        verbose_name_plural = "counts of uses of keys"

    def __str__(self) -> str:
        return f"{self.use_count} uses of {self.key_id} at {self.keeper}"
