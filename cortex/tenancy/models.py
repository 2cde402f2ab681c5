# SPDX-License-Identifier: Apache-2.0
"""The company: the boundary of everything that is posted."""

from django.db import models

from cortex.ids import uuid7


class Company(models.Model):
    """A legal entity whose books are kept here; contexts hang their own settings on it."""

    class Status(models.TextChoices):
        ACTIVE = "active", "Active"
        SUSPENDED = "suspended", "Suspended"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=200)
    status = models.CharField(max_length=10, choices=Status, default=Status.ACTIVE)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "tenancy_company"
        verbose_name_plural = "companies"
        ordering = ("code",)
        constraints = (models.UniqueConstraint(fields=("code",), name="company_code_unique"),)

    def __str__(self) -> str:
        return f"{self.code} {self.name}"
