# SPDX-License-Identifier: Apache-2.0
"""Keys of subjects, what is held, and what was erased."""

from django.db import models


class SubjectKey(models.Model):
    """The wrapped key of all texts about one subject; without the row nobody reads them again."""

    id = models.UUIDField(primary_key=True, editable=False)
    company = models.ForeignKey("tenancy.Company", on_delete=models.PROTECT)
    subject_id = models.UUIDField()
    wrapped_key = models.BinaryField()
    created_at = models.DateTimeField()

    class Meta:
        db_table = "audit_subject_key"
        constraints = (models.UniqueConstraint(fields=("company", "subject_id"), name="subject_key_unique"),)

    def __str__(self) -> str:
        return f"Key {self.id}"


class Hold(models.Model):
    """A legal hold: until it is lifted, nothing of its subject, or of all the company, is erased."""

    id = models.UUIDField(primary_key=True, editable=False)
    company = models.ForeignKey("tenancy.Company", on_delete=models.PROTECT)
    subject_id = models.UUIDField(null=True)
    reason = models.CharField(max_length=500)
    placed_by = models.CharField(max_length=200)
    placed_at = models.DateTimeField()
    lifted_by = models.CharField(max_length=200, null=True)  # noqa: DJ001 - null while it holds
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "audit_hold"
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"Hold {self.id}"


class Erasure(models.Model):
    """That a subject was erased. `removed` counts rows by what they were."""

    id = models.UUIDField(primary_key=True, editable=False)
    company = models.ForeignKey("tenancy.Company", on_delete=models.PROTECT)
    subject_type = models.CharField(max_length=50)
    subject_id = models.UUIDField()
    removed = models.JSONField()
    erased_by = models.CharField(max_length=200)
    erased_at = models.DateTimeField()

    class Meta:
        db_table = "audit_erasure"
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"Erasure {self.id}"
