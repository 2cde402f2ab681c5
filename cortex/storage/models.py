# SPDX-License-Identifier: Apache-2.0
"""A stored file and its bytes."""

from django.db import models

from cortex.ids import uuid7
from cortex.tenancy.models import Company


class StoredFile(models.Model):
    """Bytes of one company, never changed and encrypted under a key of their own.

    `digest` is the SHA-256 of the file itself, `size_bytes` its length. `wrapped_key` is null in rows from
    before encryption: their content is the file.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    content = models.BinaryField()
    wrapped_key = models.BinaryField(null=True)
    digest = models.BinaryField()
    size_bytes = models.IntegerField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "storage_stored_file"
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.name
