# SPDX-License-Identifier: Apache-2.0
"""Seals over what was denied, and what was found when decisions were held against them."""

from django.db import models


class DenialSeal(models.Model):
    """What was denied between two positions, as its statement says it; without a company in all of them."""

    id = models.UUIDField(primary_key=True, editable=False)
    company = models.ForeignKey("tenancy.Company", null=True, on_delete=models.PROTECT, related_name="+")
    ordinal = models.BigIntegerField()
    sealed_at = models.DateTimeField()
    denial_count = models.BigIntegerField()
    denials = models.BinaryField()
    statement = models.BinaryField()

    class Meta:
        db_table = "audit_denial_seal"
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(
                fields=["company", "ordinal"], name="denial_seal_unique", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return f"Seal {self.ordinal} over denials"


class DenialComparison(models.Model):
    """One comparison of all decisions that are sealed with the seals."""

    id = models.UUIDField(primary_key=True, editable=False)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField()
    seal_count = models.BigIntegerField()
    denial_count = models.BigIntegerField()
    difference_count = models.BigIntegerField()
    differences = models.JSONField()

    class Meta:
        db_table = "audit_denial_comparison"
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"Comparison {self.id}"
