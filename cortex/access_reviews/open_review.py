# SPDX-License-Identifier: Apache-2.0
"""Open a campaign: see who is a member now, and ask for each."""

from datetime import date, timedelta
from uuid import UUID

from django.db import IntegrityError

from cortex.access_reviews.actions import OPEN
from cortex.access_reviews.errors import ReviewMustBeTheOnlyOne, ReviewMustBeWellFormed
from cortex.access_reviews.last_use import last_uses
from cortex.access_reviews.leaves import leave_leaf
from cortex.access_reviews.models import AccessReview, AccessReviewItem
from cortex.database.transactions import attempt, constraint_name, transactional
from cortex.identity.models import Membership
from cortex.ids import uuid7
from cortex.ports.authorizer import Authorizer
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get

MEMBERS_MAX, REASON_LENGTH_MAX, DAYS_MAX = 5000, 200, 366


@transactional
def open_review(*, company_id: UUID, due_date: date, reason: str, opened_by: Principal) -> AccessReview:
    """Open a campaign over every membership of the company and return it; call it in the company's scope.

    Raises: AccessMustBeGranted, ReviewMustBeWellFormed, ReviewMustBeTheOnlyOne.
    """
    get(Authorizer).require(principal=opened_by, action=OPEN, company_id=company_id)
    require_well_formed(due_date=due_date, reason=reason)
    review = AccessReview(
        id=uuid7(),
        company_id=company_id,
        state=AccessReview.State.OPEN,
        reason=reason,
        due_date=due_date,
        opened_by=opened_by.urn,
        opened_at=get(Clock).now(),
    )
    _insert(review)
    _ask_for_each_member(review)
    leave_leaf(review=review, verb=OPEN, actor=opened_by, is_new=True, reason=reason)
    return review


def require_well_formed(*, due_date: date, reason: str) -> None:
    """Raise ReviewMustBeWellFormed unless a campaign ends within a year, for a reason of one line."""
    today = get(Clock).today()
    if not today <= due_date <= today + timedelta(days=DAYS_MAX):
        raise ReviewMustBeWellFormed(
            f"Access review: expected a due date from {today} to {DAYS_MAX} days later, got {due_date}.",
            evidence={"object": "due date", "expected": f"{today} or later", "got": str(due_date)},
        )
    if len(reason) > REASON_LENGTH_MAX or not reason.isprintable():
        raise ReviewMustBeWellFormed(
            f"Access review: expected a reason of one line with at most {REASON_LENGTH_MAX} characters.",
            evidence={"object": "reason", "expected": REASON_LENGTH_MAX, "got": len(reason)},
        )


def _insert(review: AccessReview) -> None:
    try:
        attempt(lambda: review.save(force_insert=True))
    except IntegrityError as error:
        if constraint_name(error) != "access_review_one_open":
            raise
        raise ReviewMustBeTheOnlyOne(
            "Access review: expected none to be open in this company, got one. Complete or cancel it first.",
            evidence={"object": "access review", "remedy": "complete or cancel the open one"},
        ) from error


def _ask_for_each_member(review: AccessReview) -> None:
    rows = Membership.objects.filter(company_id=review.company_id).select_related("user").order_by("id")
    members = list(rows[: MEMBERS_MAX + 1])
    if not 0 < len(members) <= MEMBERS_MAX:
        raise ReviewMustBeWellFormed(
            f"Access review: expected a company of 1 to {MEMBERS_MAX} members, got {len(members)}.",
            evidence={"object": "memberships", "expected": MEMBERS_MAX, "got": len(members)},
        )
    used = last_uses(company_id=review.company_id)
    AccessReviewItem.objects.bulk_create(
        [
            AccessReviewItem(
                id=uuid7(),
                company_id=review.company_id,
                review=review,
                membership_id=member.id,
                user_id=member.user_id,
                roles=sorted(member.roles),
                member_since=member.created_at,
                last_sign_in_at=member.user.last_login,
                last_used_at=used.get(member.user_id),
                answer=AccessReviewItem.Answer.OPEN,
                note="",
                answered_by="",
            )
            for member in members
        ]
    )
