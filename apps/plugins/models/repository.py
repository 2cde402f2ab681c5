# SPDX-License-Identifier: Apache-2.0
"""What this installation publishes, and the repositories of others that it trusts."""

from django.db import models

from apps.plugins.models.bundle import StoredBundle
from cortex.ids import uuid7


class RepositoryMetadata(models.Model):
    """One version of a role's signed metadata, exactly as it is served; no row changes."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    role = models.CharField(max_length=60)
    version = models.IntegerField()
    content = models.BinaryField()
    made_at = models.DateTimeField()

    class Meta:
        db_table = "plugins_repository_metadata"
        ordering = ("role", "-version")
        constraints = (
            models.UniqueConstraint(fields=("role", "version"), name="plugins_repository_metadata_unique"),
        )

    def __str__(self) -> str:
        return f"{self.role} {self.version}"


class RepositoryTarget(models.Model):
    """A bundle that is published, or was: what was withdrawn keeps its row, and its path for good."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    path = models.CharField(max_length=300, unique=True)
    role = models.CharField(max_length=60)
    publisher = models.CharField(max_length=60)
    channel = models.CharField(max_length=60)
    plugin_id = models.CharField("plugin", max_length=100)
    version = models.CharField(max_length=64)
    bundle = models.ForeignKey(
        StoredBundle, on_delete=models.PROTECT, db_column="bundle_digest", related_name="+"
    )
    custom = models.JSONField()
    published_by = models.CharField(max_length=200)
    published_at = models.DateTimeField()
    withdrawn_by = models.CharField(max_length=200, blank=True, default="")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_reason = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        db_table = "plugins_repository_target"
        ordering = ("plugin_id", "-id")

    def __str__(self) -> str:
        return self.path


class TrustedRepository(models.Model):
    """A repository of somebody else, under the root that an administrator brought.

    `kept` is the client's directory: file name → text. `newest` is the greatest version of each role that was
    ever seen; it stays where `kept` is lost, so that nobody can hand out what was there before once more.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=40, unique=True)
    url = models.CharField(max_length=500, blank=True, default="")
    root = models.TextField()
    allows_private_addresses = models.BooleanField(default=False)
    kept = models.JSONField(default=dict)
    newest = models.JSONField(default=dict)
    trusted_by = models.CharField(max_length=200)
    trusted_at = models.DateTimeField()
    refreshed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "plugins_trusted_repository"
        ordering = ("name",)
        verbose_name_plural = "trusted repositories"

    def __str__(self) -> str:
        return self.name


class FetchedBundle(models.Model):
    """Where a bundle came from; `gone_at` is when it was found to be listed there no more."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    repository = models.ForeignKey(TrustedRepository, on_delete=models.PROTECT, related_name="bundles")
    path = models.CharField(max_length=300)
    bundle_digest = models.CharField(max_length=64)
    fetched_at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "plugins_fetched_bundle"
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=("repository", "bundle_digest"), name="plugins_fetched_bundle_unique"
            ),
        )

    def __str__(self) -> str:
        return self.path
