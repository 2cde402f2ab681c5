# SPDX-License-Identifier: Apache-2.0
"""Keys of sealed fields."""

from django.db import models

from cortex.ids import uuid7
from cortex.tenancy.models import Company


class SealedFieldKey(models.Model):
    """A wrapped data key of one company, class and purpose; the newest version of a purpose seals."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    key_class = models.CharField(max_length=50)
    purpose = models.CharField(max_length=10)
    version = models.IntegerField()
    wrapped_key = models.BinaryField()
    created_at = models.DateTimeField()

    class Meta:
        db_table = "sealed_fields_key"
        constraints = (
            models.UniqueConstraint(
                fields=("company", "key_class", "purpose", "version"), name="sealed_fields_key_unique"
            ),
        )

    def __str__(self) -> str:
        return f"Key {self.id}"
