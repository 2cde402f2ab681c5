# SPDX-License-Identifier: Apache-2.0
"""Complete a campaign: every membership is answered and as it was seen, and the result is signed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from cortex.access_reviews.actions import COMPLETE
from cortex.access_reviews.digests import campaign_digest
from cortex.access_reviews.errors import EveryMembershipMustBeAnswered, MembershipMustBeAsSeen
from cortex.access_reviews.leaves import leave_leaf
from cortex.access_reviews.members import memberships_that_changed
from cortex.access_reviews.models import AccessReview, AccessReviewItem
from cortex.access_reviews.result import result_of
from cortex.access_reviews.selectors import locked_open_review
from cortex.access_reviews.signed_result import SignedResult, sign_result
from cortex.database.transactions import transactional
from cortex.ports.authorizer import Authorizer
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get


def complete_review(*, company_id: UUID, review_id: UUID, completed_by: Principal) -> SignedResult:
    """Sign the result, keep it, and return it; its digest stands in the audit log.

    Raises: AccessMustBeGranted, ReviewMustBeOpen, EveryMembershipMustBeAnswered, MembershipMustBeAsSeen,
    VaultMustBeReachable.
    """
    at = get(Clock).now()
    signed = sign_result(_prepared(company_id, review_id, completed_by, at))
    _keep(company_id, review_id, completed_by, at, signed)
    return signed


@transactional
def _prepared(company_id: UUID, review_id: UUID, completed_by: Principal, at: datetime) -> Mapping[str, Any]:
    get(Authorizer).require(principal=completed_by, action=COMPLETE, company_id=company_id)
    review = locked_open_review(company_id=company_id, review_id=review_id)
    _require_answers(review)
    return result_of(review=review, completed_by=completed_by.urn, completed_at=at)


@transactional
def _keep(
    company_id: UUID, review_id: UUID, completed_by: Principal, at: datetime, signed: SignedResult
) -> None:
    """Keep what was signed if it is still true; the vault was asked meanwhile, and no lock was held."""
    if _prepared(company_id, review_id, completed_by, at) != signed.result:
        raise _changed()
    review = locked_open_review(company_id=company_id, review_id=review_id)
    before = campaign_digest(review)
    review.state, review.result = AccessReview.State.COMPLETED, signed.as_file()
    rows = AccessReview.objects.filter(company_id=company_id, id=review_id)
    rows.update(state=review.state, closed_by=completed_by.urn, closed_at=at, result=review.result)
    leave_leaf(review=review, verb=COMPLETE, actor=completed_by, before=before)


def _require_answers(review: AccessReview) -> None:
    items = AccessReviewItem.objects.filter(company_id=review.company_id, review_id=review.id)
    count = items.filter(answer=AccessReviewItem.Answer.OPEN).count()
    if count:
        raise EveryMembershipMustBeAnswered(
            f"Access review: expected an answer for each membership, got none for {count}. "
            "Answer for them, or ask a second reviewer where one of them is your own.",
            evidence={"object": str(review.id), "expected": 0, "got": count},
        )
    if memberships_that_changed(review=review):
        raise _changed()


def _changed() -> MembershipMustBeAsSeen:
    return MembershipMustBeAsSeen(
        "Access review: expected memberships as they were confirmed, got some that changed since. "
        "See them anew, answer again, and complete the review then.",
        evidence={"object": "memberships", "remedy": "see them anew and answer again"},
    )
