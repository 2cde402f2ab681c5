# SPDX-License-Identifier: Apache-2.0
"""Backups that were taken, and what came of restoring them: evidence that nobody takes back."""

from django.db import models

from cortex.ids import uuid7


class Backup(models.Model):
    """A backup that was written whole. Where its file is now, operators know."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    taken_at = models.DateTimeField()
    taken_by = models.CharField(max_length=200)
    database = models.CharField(max_length=63)
    digest = models.CharField(max_length=64)
    file_digest = models.CharField(max_length=64)
    file_bytes = models.BigIntegerField()
    measured = models.JSONField()
    doubt_count = models.IntegerField()

    class Meta:
        app_label = "backups"
        db_table = "backups_backup"
        ordering = ("-taken_at",)

    def __str__(self) -> str:
        return f"Backup of {self.taken_at:%F %T} UTC"


class Verification(models.Model):
    """One comparison of a restored database with its backup."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    verified_at = models.DateTimeField()
    verified_by = models.CharField(max_length=200)
    database = models.CharField(max_length=63)
    backup_digest = models.CharField(max_length=64)
    backup_taken_at = models.DateTimeField()
    is_equal = models.BooleanField()
    expected = models.JSONField()
    got = models.JSONField()
    difference_count = models.IntegerField()
    doubt_count = models.IntegerField()
    report_digest = models.CharField(max_length=64)

    class Meta:
        app_label = "backups"
        db_table = "backups_verification"
        ordering = ("-verified_at",)
        verbose_name = "restore that was compared"
        verbose_name_plural = "restores that were compared"

    def __str__(self) -> str:
        return f"Restore of {self.backup_taken_at:%F %T} UTC, compared {self.verified_at:%F %T} UTC"
