# SPDX-License-Identifier: Apache-2.0
"""The file that a version came from."""

from django.db import models


class StoredBundle(models.Model):
    """The bytes of one bundle under their SHA-256; no row changes."""

    digest = models.CharField(primary_key=True, max_length=64)
    content = models.BinaryField()

    class Meta:
        db_table = "plugins_bundle"

    def __str__(self) -> str:
        return self.digest
