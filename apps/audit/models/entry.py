# SPDX-License-Identifier: Apache-2.0
"""Leaves as they are stored, and the texts beside them that can be erased."""

from django.db import models


class AuditEntry(models.Model):
    """One leaf, in the order of arrival; its place in the tree is given later, in commit order."""

    id = models.BigAutoField(primary_key=True)
    leaf_id = models.UUIDField(unique=True)
    company = models.ForeignKey("tenancy.Company", null=True, on_delete=models.PROTECT)
    object_id = models.UUIDField()
    body = models.BinaryField()
    leaf_hash = models.BinaryField()
    recorded_at = models.DateTimeField()
    # Read from the body by the database.
    actor = models.TextField()
    verb = models.TextField()
    object_type = models.TextField()

    class Meta:
        db_table = "audit_entry"
        verbose_name_plural = "audit entries"
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"Leaf {self.leaf_id}"


class AuditDetail(models.Model):
    """A text to which a leaf is committed, with its salt; deleting the row leaves the proof intact.

    Both are sealed under the key of the subject (`key_id`). In the clear are rows from before, and those that
    were written while the keeper of keys did not answer.
    """

    pk = models.CompositePrimaryKey("company_id", "leaf_id", "name")
    company = models.ForeignKey("tenancy.Company", on_delete=models.PROTECT)
    leaf_id = models.UUIDField()
    name = models.CharField(max_length=50)
    salt = models.BinaryField(null=True)
    value = models.TextField(null=True)  # noqa: DJ001 - null where it is sealed
    key_id = models.UUIDField(null=True)
    sealed = models.BinaryField(null=True)

    class Meta:
        db_table = "audit_detail"
