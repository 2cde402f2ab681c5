# SPDX-License-Identifier: Apache-2.0
"""Answer for a role on the platform: it stays, or its end is asked for, to which a second person agrees."""

from typing import Literal
from uuid import UUID

from cortex.access_reviews.actions import ANSWER_PLATFORM
from cortex.access_reviews.answer import NOTE_LENGTH_MAX
from cortex.access_reviews.errors import (
    AnswerMustComeFromAnother,
    MembershipMustBeAsSeen,
    ReviewMustBeWellFormed,
    ReviewMustExist,
)
from cortex.access_reviews.models import PlatformReviewItem
from cortex.access_reviews.platform_reviews import ROLE, leave_platform_leaf, locked_open_platform_review
from cortex.database.transactions import transactional
from cortex.identity.models import MARKS
from cortex.identity.platform_role_kinds import revoke_or_propose
from cortex.identity.trail import digest_of
from cortex.ports.authorizer import Authorizer
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get

CONFIRMED, REVOKED = "access_reviews.platform_role.confirmed", "access_reviews.platform_role.revoked"


@transactional
def answer_platform_role(
    *, item_id: UUID, answer: Literal["confirmed", "revoked"], answered_by: Principal, note: str = ""
) -> None:
    """Record the answer; one may be changed until the campaign is completed, while the role is held.

    Raises: AccessMustBeGranted, StepUpMustComeFirst, ReviewMustExist, ReviewMustBeOpen,
    AnswerMustComeFromAnother, MembershipMustBeAsSeen, ReviewMustBeWellFormed.
    """
    get(Authorizer).require(principal=answered_by, action=ANSWER_PLATFORM, company_id=None)
    item = _item(item_id)
    locked_open_platform_review(review_id=item.review_id)
    _require_answerable(item, answered_by, note)
    PlatformReviewItem.objects.filter(id=item_id).update(
        answer=answer, note=note, answered_by=answered_by.urn, answered_at=get(Clock).now()
    )
    if answer == "revoked":
        revoke_or_propose(user_id=item.user_id, role=item.role, revoked_by=answered_by)
    verb = CONFIRMED if answer == "confirmed" else REVOKED
    digest = digest_of(item.role, note)
    leave_platform_leaf(verb=verb, actor=answered_by, object_type=ROLE, object_id=item.user_id, digest=digest)


def _item(item_id: UUID) -> PlatformReviewItem:
    item = PlatformReviewItem.objects.select_related("user").filter(id=item_id).first()
    if item is None:
        raise ReviewMustExist(
            f"Role under review {item_id}: expected one of the platform, got none.",
            evidence={"object": str(item_id)},
        )
    return item


def _require_answerable(item: PlatformReviewItem, answered_by: Principal, note: str) -> None:
    if answered_by.user_id == item.user_id:
        raise AnswerMustComeFromAnother(
            f"Role {item.role} of {item.user}: expected an answer by another person, got one by its holder. "
            "Ask a second reviewer.",
            evidence={"object": str(item.id), "remedy": "ask a second reviewer"},
        )
    if not getattr(item.user, MARKS[item.role]):
        raise MembershipMustBeAsSeen(
            f"Role {item.role} of {item.user}: expected one that is held, got one that ended. No answer is "
            "needed: completing the review writes it down.",
            evidence={"object": str(item.id), "expected": "held", "got": "ended"},
        )
    if len(note) > NOTE_LENGTH_MAX:
        raise ReviewMustBeWellFormed(
            f"Note: expected at most {NOTE_LENGTH_MAX} characters.",
            evidence={"object": "note", "expected": NOTE_LENGTH_MAX, "got": len(note)},
        )
