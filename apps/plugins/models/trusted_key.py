# SPDX-License-Identifier: Apache-2.0
"""A key whose signatures count."""

from django.db import models

from cortex.ids import uuid7


class TrustedKey(models.Model):
    """Ed25519, hexadecimal. A publisher's key counts below one namespace, a reviewer's for every plugin."""

    class Role(models.TextChoices):
        """What its owner says by signing."""

        PUBLISHER = "publisher", "Publisher"
        REVIEWER = "reviewer", "Reviewer"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    role = models.CharField(max_length=10, choices=Role.choices)
    publisher = models.CharField(max_length=60, blank=True, default="")
    keyid = models.CharField("key id", max_length=64, unique=True)
    public_key = models.CharField(max_length=64, unique=True)
    added_by = models.CharField(max_length=200)
    added_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    revoked_reason = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        db_table = "plugins_trusted_key"
        ordering = ("role", "publisher", "id")

    def __str__(self) -> str:
        return f"{self.publisher or self.role} {self.keyid[:12]}"
