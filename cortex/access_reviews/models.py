# SPDX-License-Identifier: Apache-2.0
"""Campaigns over the memberships of a company or the roles of the platform, and the answer for each."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from cortex.identity.models import Membership, User
from cortex.tenancy.models import Company


class Campaign(models.Model):
    """What every campaign has: who asked for it and why, until when, and how it ended."""

    class State(models.TextChoices):
        OPEN = "open", "Open"
        COMPLETED = "completed", "Completed and signed"
        CANCELLED = "cancelled", "Cancelled"

    id = models.UUIDField(primary_key=True, editable=False)
    state = models.CharField(max_length=10, choices=State)
    reason = models.CharField(max_length=200)
    due_date = models.DateField()
    opened_by = models.CharField(max_length=100)
    opened_at = models.DateTimeField()
    closed_by = models.CharField(max_length=100, blank=True, default="")
    closed_at = models.DateTimeField(null=True)
    result = models.BinaryField(null=True)

    class Meta:
        abstract = True
        ordering = ("-opened_at",)

    def __str__(self) -> str:
        return f"{self.opened_at:%Y-%m-%d}"


class CampaignItem(models.Model):
    """What is asked about one person, and what was answered; `ended` is what was gone by itself."""

    class Answer(models.TextChoices):
        OPEN = "open", "Not answered"
        CONFIRMED = "confirmed", "Confirmed"
        REVOKED = "revoked", "Taken away"
        ENDED = "ended", "Ended meanwhile"

    id = models.UUIDField(primary_key=True, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    last_sign_in_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=10, choices=Answer)
    note = models.CharField(max_length=200)
    answered_by = models.CharField(max_length=100)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True


class AccessReview(Campaign):
    """One campaign: who is a member of the company, and should each of them still be?"""

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    reminded_date = models.DateField(null=True)

    class Meta(Campaign.Meta):
        app_label = "access_reviews"
        db_table = "access_reviews_review"
        verbose_name = "access review"


class AccessReviewItem(CampaignItem):
    """One membership as it was seen, and what was answered."""

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    review = models.ForeignKey(AccessReview, on_delete=models.PROTECT, related_name="items")
    membership_id = models.UUIDField()
    roles = ArrayField(models.CharField(max_length=20, choices=Membership.Role))
    member_since = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "access_reviews"
        db_table = "access_reviews_item"
        ordering = ("user__username",)
        verbose_name = "answer of an access review"
        verbose_name_plural = "answers of access reviews"

    def __str__(self) -> str:
        return f"{self.user_id} {self.answer}"

    @property
    def roles_in_words(self) -> str:
        """Return the roles as a page shows them."""
        return ", ".join(self.roles)


class PlatformReview(Campaign):
    """One campaign over the roles that belong to no company."""

    reminded_date = models.DateField(null=True)

    class Meta(Campaign.Meta):
        app_label = "access_reviews"
        db_table = "access_reviews_platform_review"
        verbose_name = "access review of the platform"
        verbose_name_plural = "access reviews of the platform"


class PlatformReviewItem(CampaignItem):
    """One role of one person as it was seen, and what was answered."""

    review = models.ForeignKey(PlatformReview, on_delete=models.PROTECT, related_name="items")
    role = models.CharField(max_length=20)

    class Meta:
        app_label = "access_reviews"
        db_table = "access_reviews_platform_item"
        ordering = ("user__username", "role")
        verbose_name = "role on the platform under review"
        verbose_name_plural = "roles on the platform under review"

    def __str__(self) -> str:
        return f"{self.user_id} {self.role} {self.answer}"
