# SPDX-License-Identifier: Apache-2.0
"""Open a campaign over the roles on the platform: see who holds which now, and ask for each."""

from datetime import date

from django.db import IntegrityError

from cortex.access_reviews.actions import OPEN_PLATFORM
from cortex.access_reviews.digests import campaign_digest
from cortex.access_reviews.errors import ReviewMustBeTheOnlyOne
from cortex.access_reviews.models import PlatformReview, PlatformReviewItem
from cortex.access_reviews.open_review import require_well_formed
from cortex.access_reviews.platform_reviews import leave_platform_leaf, roles_held
from cortex.database.transactions import attempt, constraint_name, transactional
from cortex.ids import uuid7
from cortex.ports.authorizer import Authorizer
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get


@transactional
def open_platform_review(*, due_date: date, reason: str, opened_by: Principal) -> PlatformReview:
    """Open a campaign over every role on the platform and return it.

    Raises: AccessMustBeGranted, StepUpMustComeFirst, ReviewMustBeWellFormed, ReviewMustBeTheOnlyOne.
    """
    get(Authorizer).require(principal=opened_by, action=OPEN_PLATFORM, company_id=None)
    require_well_formed(due_date=due_date, reason=reason)
    review = PlatformReview(
        id=uuid7(),
        state=PlatformReview.State.OPEN,
        reason=reason,
        due_date=due_date,
        opened_by=opened_by.urn,
        opened_at=get(Clock).now(),
    )
    _insert(review)
    _ask_for_each_role(review)
    leave_platform_leaf(
        verb=OPEN_PLATFORM,
        actor=opened_by,
        object_id=review.id,
        digest=campaign_digest(review),
        is_new=True,
    )
    return review


def _insert(review: PlatformReview) -> None:
    try:
        attempt(lambda: review.save(force_insert=True))
    except IntegrityError as error:
        if constraint_name(error) != "platform_review_one_open":
            raise
        raise ReviewMustBeTheOnlyOne(
            "Access review: expected none of the platform to be open, got one. Complete or cancel it first.",
            evidence={"object": "access review", "remedy": "complete or cancel the open one"},
        ) from error


def _ask_for_each_role(review: PlatformReview) -> None:
    PlatformReviewItem.objects.bulk_create(
        [
            PlatformReviewItem(
                id=uuid7(),
                review=review,
                user=user,
                role=role,
                last_sign_in_at=user.last_login,
                answer=PlatformReviewItem.Answer.OPEN,
                note="",
                answered_by="",
            )
            for user, role in roles_held()
        ]
    )
