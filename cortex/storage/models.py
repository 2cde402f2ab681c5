# SPDX-License-Identifier: Apache-2.0
"""A stored file and its bytes."""

from django.db import models

from cortex.ids import uuid7
from cortex.tenancy.models import Company


class StoredFile(models.Model):
    """Bytes of one company, never changed; `digest` is their SHA-256, computed by the database."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    content = models.BinaryField()
    digest = models.GeneratedField(
        expression=models.Func("content", function="sha256"),
        output_field=models.BinaryField(),
        db_persist=True,
    )
    size_bytes = models.GeneratedField(
        expression=models.Func("content", function="octet_length"),
        output_field=models.IntegerField(),
        db_persist=True,
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "storage_stored_file"
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.name
