# SPDX-License-Identifier: Apache-2.0
"""Certificates as the administration knows them; the register of the authority is what counts."""

from datetime import datetime
from typing import Literal

from django.db import models

from cortex.ids import uuid7
from cortex.pki.due import is_due


class Certificate(models.Model):
    """One certificate of a service. `serial` is hexadecimal, as `cortex pki list` prints it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    serial = models.CharField(max_length=64)
    spiffe_id = models.CharField(max_length=2048)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField()

    class Meta:
        app_label = "pki"
        db_table = "pki_certificate"
        ordering = ("-starts_at",)
        verbose_name = "certificate"
        verbose_name_plural = "certificates of services"
        constraints = (models.UniqueConstraint(fields=("serial",), name="certificate_serial_unique"),)

    def __str__(self) -> str:
        return f"{self.spiffe_id} {self.serial}"

    def state_at(self, at: datetime) -> Literal["valid", "due", "expired", "revoked"]:
        """Return whether it counts at this instant, and whether it should have been renewed."""
        if self.revoked_at is not None:
            return "revoked"
        if self.ends_at <= at:
            return "expired"
        return "due" if is_due(starts_at=self.starts_at, ends_at=self.ends_at, at=at) else "valid"
