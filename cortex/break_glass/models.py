# SPDX-License-Identifier: Apache-2.0
"""One emergency access: who opened it, why, until when, and who looked at it afterwards."""

from datetime import datetime

from django.db import models

from cortex.break_glass.actions import ACCESS
from cortex.identity.models import User
from cortex.ids import uuid7
from cortex.ports.authorizer import Resource
from cortex.tenancy.models import Company


class BreakGlassAccess(models.Model):
    """The row never changes but for its end and its review, each of which is written once."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=500)
    opened_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=100, blank=True, default="")
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = models.CharField(max_length=100, blank=True, default="")
    review_comment = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        app_label = "break_glass"
        db_table = "break_glass_access"
        ordering = ("-opened_at",)
        verbose_name = "emergency access"
        verbose_name_plural = "emergency access"

    def __str__(self) -> str:
        return f"{self.opened_at:%Y-%m-%d %H:%M}"

    @property
    def holder(self) -> str:
        """Return the actor that has it."""
        return f"user:{self.user_id}"

    def is_open(self, *, at: datetime) -> bool:
        """Return whether it opens anything at this instant; it ends by itself, whatever runs or not."""
        return self.ended_at is None and at < self.expires_at

    def waits_for_review(self, *, at: datetime) -> bool:
        """Return whether it is over and nobody has looked at it yet."""
        return not self.is_open(at=at) and self.reviewed_at is None

    def resource(self) -> Resource:
        """Return it as policies see it."""
        return Resource(
            ACCESS,
            str(self.id),
            {
                "company": Resource("Cortex::Company", str(self.company_id)),
                "holder": Resource("Cortex::User", str(self.user_id)),
            },
        )
