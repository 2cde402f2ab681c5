# SPDX-License-Identifier: Apache-2.0
"""Give a campaign over the roles on the platform up; what was answered stays done."""

from uuid import UUID

from cortex.access_reviews.actions import CANCEL_PLATFORM
from cortex.access_reviews.digests import campaign_digest
from cortex.access_reviews.models import PlatformReview
from cortex.access_reviews.platform_reviews import leave_platform_leaf, locked_open_platform_review
from cortex.database.transactions import transactional
from cortex.ports.authorizer import Authorizer
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get


@transactional
def cancel_platform_review(*, review_id: UUID, cancelled_by: Principal) -> None:
    """End a campaign without a signed result.

    Raises: AccessMustBeGranted, StepUpMustComeFirst, ReviewMustExist, ReviewMustBeOpen.
    """
    get(Authorizer).require(principal=cancelled_by, action=CANCEL_PLATFORM, company_id=None)
    review = locked_open_platform_review(review_id=review_id)
    before = campaign_digest(review)
    review.state = PlatformReview.State.CANCELLED
    PlatformReview.objects.filter(id=review_id).update(
        state=review.state, closed_by=cancelled_by.urn, closed_at=get(Clock).now()
    )
    leave_platform_leaf(
        verb=CANCEL_PLATFORM,
        actor=cancelled_by,
        object_id=review_id,
        digest=campaign_digest(review),
        before=before,
    )
