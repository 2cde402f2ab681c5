# SPDX-License-Identifier: Apache-2.0
"""The first answer to a request that may be repeated."""

from django.db import models

from cortex.ids import uuid7
from cortex.tenancy.models import Company


class IdempotencyKey(models.Model):
    """What a principal asked under a key of its own choice, and the answer it got."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    company = models.ForeignKey(Company, null=True, on_delete=models.PROTECT, related_name="+")
    principal = models.CharField(max_length=200)
    key = models.CharField(max_length=255)
    request_digest = models.BinaryField(max_length=32)
    status = models.PositiveSmallIntegerField(null=True)
    headers = models.JSONField(default=dict)
    body = models.BinaryField(null=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        db_table = "api_idempotency_key"
        constraints = (models.UniqueConstraint(fields=("principal", "key"), name="idempotency_key_unique"),)

    def __str__(self) -> str:
        return f"{self.principal} {self.key}"
