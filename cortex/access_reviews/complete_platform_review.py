# SPDX-License-Identifier: Apache-2.0
"""Complete a campaign over the roles on the platform: each is answered for, and the result is signed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from cortex.access_reviews.actions import COMPLETE_PLATFORM
from cortex.access_reviews.digests import campaign_digest
from cortex.access_reviews.errors import EveryMembershipMustBeAnswered, MembershipMustBeAsSeen
from cortex.access_reviews.models import PlatformReview, PlatformReviewItem
from cortex.access_reviews.platform_reviews import (
    leave_platform_leaf,
    locked_open_platform_review,
    roles_held,
)
from cortex.access_reviews.result import answered, campaign_result
from cortex.access_reviews.signed_result import SignedResult, sign_result
from cortex.database.transactions import transactional
from cortex.ports.authorizer import Authorizer
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get

# In the place of a company, so that one program checks both kinds of results.
PLATFORM = {"id": "", "code": "the platform"}


def complete_platform_review(*, review_id: UUID, completed_by: Principal) -> SignedResult:
    """Sign the result, keep it, and return it; a role that ended meanwhile is written down as ended.

    Raises: AccessMustBeGranted, StepUpMustComeFirst, ReviewMustExist, ReviewMustBeOpen,
    EveryMembershipMustBeAnswered, MembershipMustBeAsSeen, VaultMustBeReachable.
    """
    at = get(Clock).now()
    signed = sign_result(_prepared(review_id, completed_by, at))
    _keep(review_id, completed_by, at, signed)
    return signed


@transactional
def _prepared(review_id: UUID, completed_by: Principal, at: datetime) -> Mapping[str, Any]:
    get(Authorizer).require(principal=completed_by, action=COMPLETE_PLATFORM, company_id=None)
    review = locked_open_platform_review(review_id=review_id)
    held = {(user.id, role) for user, role in roles_held()}
    items = list(PlatformReviewItem.objects.filter(review_id=review_id))
    _require_answers(review, [item for item in items if (item.user_id, item.role) in held])
    known = {(item.user_id, item.role) for item in items}
    return campaign_result(
        campaign=review,
        company=PLATFORM,
        completed_by=completed_by.urn,
        completed_at=at,
        memberships=[_answered(item) for item in sorted(items, key=lambda item: str(item.id))],
        not_reviewed=[{"user": str(user), "roles": [role]} for user, role in sorted(held - known, key=str)],
    )


@transactional
def _keep(review_id: UUID, completed_by: Principal, at: datetime, signed: SignedResult) -> None:
    """Keep what was signed if it is still true; the vault was asked meanwhile, and no lock was held."""
    if _prepared(review_id, completed_by, at) != signed.result:
        raise MembershipMustBeAsSeen(
            "Access review: expected roles as they were signed, got some that changed meanwhile. Complete it "
            "again.",
            evidence={"object": "roles", "remedy": "complete it again"},
        )
    review = locked_open_platform_review(review_id=review_id)
    before = campaign_digest(review)
    review.state, review.result = PlatformReview.State.COMPLETED, signed.as_file()
    PlatformReviewItem.objects.filter(review_id=review_id, answer="open").update(
        answer="ended", answered_at=at
    )
    PlatformReview.objects.filter(id=review_id).update(
        state=review.state, closed_by=completed_by.urn, closed_at=at, result=review.result
    )
    leave_platform_leaf(
        verb=COMPLETE_PLATFORM,
        actor=completed_by,
        object_id=review_id,
        digest=campaign_digest(review),
        before=before,
    )


def _require_answers(review: PlatformReview, held: list[PlatformReviewItem]) -> None:
    count = sum(item.answer != "confirmed" for item in held)
    if count:
        raise EveryMembershipMustBeAnswered(
            f"Access review: expected each role that is held to be confirmed, got {count} that are not. "
            "Answer for them; where an end was asked for, a second person has to agree or refuse first.",
            evidence={"object": str(review.id), "expected": 0, "got": count},
        )


def _answered(item: PlatformReviewItem) -> dict[str, Any]:
    found = {**answered(item), "roles": [item.role]}
    # Nobody could answer for what had ended by itself.
    return found if item.answer != PlatformReviewItem.Answer.OPEN else {**found, "answer": "ended"}
