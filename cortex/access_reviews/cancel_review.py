# SPDX-License-Identifier: Apache-2.0
"""Give a campaign up; what was answered stays done."""

from uuid import UUID

from cortex.access_reviews.actions import CANCEL
from cortex.access_reviews.digests import campaign_digest
from cortex.access_reviews.leaves import leave_leaf
from cortex.access_reviews.models import AccessReview
from cortex.access_reviews.selectors import locked_open_review
from cortex.database.transactions import transactional
from cortex.ports.authorizer import Authorizer
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get


@transactional
def cancel_review(*, company_id: UUID, review_id: UUID, reason: str, cancelled_by: Principal) -> None:
    """End a campaign without a signed result; memberships taken away in it stay away.

    Raises: AccessMustBeGranted, ReviewMustExist, ReviewMustBeOpen.
    """
    get(Authorizer).require(principal=cancelled_by, action=CANCEL, company_id=company_id)
    review = locked_open_review(company_id=company_id, review_id=review_id)
    before = campaign_digest(review)
    review.state = AccessReview.State.CANCELLED
    AccessReview.objects.filter(company_id=company_id, id=review_id).update(
        state=review.state, closed_by=cancelled_by.urn, closed_at=get(Clock).now()
    )
    leave_leaf(review=review, verb=CANCEL, actor=cancelled_by, before=before, reason=reason)
