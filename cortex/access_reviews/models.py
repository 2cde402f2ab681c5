# SPDX-License-Identifier: Apache-2.0
"""A campaign over the memberships of one company, and the answer for each of them."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from cortex.identity.models import Membership, User
from cortex.tenancy.models import Company


class AccessReview(models.Model):
    """One campaign: who is a member of the company, and should each of them still be?"""

    class State(models.TextChoices):
        OPEN = "open", "Open"
        COMPLETED = "completed", "Completed and signed"
        CANCELLED = "cancelled", "Cancelled"

    id = models.UUIDField(primary_key=True, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State)
    reason = models.CharField(max_length=200)
    due_date = models.DateField()
    opened_by = models.CharField(max_length=100)
    opened_at = models.DateTimeField()
    closed_by = models.CharField(max_length=100, blank=True, default="")
    closed_at = models.DateTimeField(null=True)
    reminded_date = models.DateField(null=True)
    result = models.BinaryField(null=True)

    class Meta:
        app_label = "access_reviews"
        db_table = "access_reviews_review"
        ordering = ("-opened_at",)
        verbose_name = "access review"

    def __str__(self) -> str:
        return f"{self.opened_at:%Y-%m-%d}"


class AccessReviewItem(models.Model):
    """One membership as it was seen, and what was answered; `ended` is one that was gone by itself."""

    class Answer(models.TextChoices):
        OPEN = "open", "Not answered"
        CONFIRMED = "confirmed", "Confirmed"
        REVOKED = "revoked", "Taken away"
        ENDED = "ended", "Ended meanwhile"

    id = models.UUIDField(primary_key=True, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    review = models.ForeignKey(AccessReview, on_delete=models.PROTECT, related_name="items")
    membership_id = models.UUIDField()
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    roles = ArrayField(models.CharField(max_length=20, choices=Membership.Role))
    member_since = models.DateTimeField()
    last_sign_in_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=10, choices=Answer)
    note = models.CharField(max_length=200)
    answered_by = models.CharField(max_length=100)
    answered_at = models.DateTimeField(null=True)

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
