# SPDX-License-Identifier: Apache-2.0
"""Answer for memberships: each stays as it was seen, or is taken away at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from cortex.access_reviews.actions import ANSWER
from cortex.access_reviews.errors import (
    AnswerMustComeFromAnother,
    MembershipMustBeAsSeen,
    ReviewMustBeWellFormed,
)
from cortex.access_reviews.leaves import leave_answers
from cortex.access_reviews.members import lock_members
from cortex.access_reviews.models import AccessReviewItem
from cortex.access_reviews.selectors import locked_open_review
from cortex.database.transactions import transactional
from cortex.identity.membership_changes import end_membership
from cortex.identity.models import Membership
from cortex.ports.authorizer import Authorizer
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get

ANSWERS_MAX, NOTE_LENGTH_MAX = 200, 200
CONFIRMED, REVOKED = "access_reviews.membership.confirmed", "access_reviews.membership.revoked"


@dataclass(frozen=True, slots=True)
class Answer:
    """What is to become of one membership; `seen_roles` are those that the reviewer was shown."""

    item_id: UUID
    answer: Literal["confirmed", "revoked"]
    seen_roles: frozenset[str]
    note: str = ""


@transactional
def answer_memberships(
    *, company_id: UUID, review_id: UUID, answers: Sequence[Answer], answered_by: Principal
) -> None:
    """Record the answers, all or none, and take away what is to be taken away.

    Raises: AccessMustBeGranted, ReviewMustBeOpen, AnswerMustComeFromAnother, MembershipMustBeAsSeen,
    ReviewMustBeWellFormed, AdministratorMustRemain.
    """
    get(Authorizer).require(principal=answered_by, action=ANSWER, company_id=company_id)
    locked_open_review(company_id=company_id, review_id=review_id)
    items = _items(company_id, review_id, answers)
    members = lock_members(company_id=company_id, user_ids=[item.user_id for item in items.values()])
    for given in answers:
        item = items[given.item_id]
        _require_another(item, answered_by)
        _require_as_seen(item, given, members.get(item.user_id))
    for given in answers:
        _record(items[given.item_id], given, answered_by)
    leave_answers(
        company_id=company_id,
        actor=answered_by,
        answers=[
            (
                CONFIRMED if given.answer == "confirmed" else REVOKED,
                items[given.item_id].membership_id,
                given.note,
            )
            for given in answers
        ],
    )
    for given in answers:
        if given.answer == "revoked":
            user_id = items[given.item_id].user_id
            end_membership(company_id=company_id, user_id=user_id, ended_by=answered_by)


def _items(company_id: UUID, review_id: UUID, answers: Sequence[Answer]) -> dict[UUID, AccessReviewItem]:
    ids = {given.item_id for given in answers}
    rows = AccessReviewItem.objects.filter(company_id=company_id, review_id=review_id, id__in=ids)
    found = {item.id: item for item in rows.select_related("user")}
    is_odd = len(found) != len(ids) or len(ids) != len(answers) or not 0 < len(ids) <= ANSWERS_MAX
    if is_odd or any(len(given.note) > NOTE_LENGTH_MAX for given in answers):
        raise ReviewMustBeWellFormed(
            f"Answers: expected 1 to {ANSWERS_MAX} memberships of this review, each once, "
            f"with notes of at most {NOTE_LENGTH_MAX} characters.",
            evidence={"object": "answers", "expected": ANSWERS_MAX, "got": len(answers)},
        )
    return found


def _require_another(item: AccessReviewItem, answered_by: Principal) -> None:
    if answered_by.user_id == item.user_id:
        raise AnswerMustComeFromAnother(
            f"Membership of {item.user}: expected an answer by another person, got one by the member. "
            "Ask a second reviewer to answer for you.",
            evidence={"object": str(item.membership_id), "remedy": "ask a second reviewer"},
        )


def _require_as_seen(item: AccessReviewItem, given: Answer, member: Membership | None) -> None:
    is_open = item.answer == AccessReviewItem.Answer.OPEN
    now = frozenset(member.roles) if member is not None and member.id == item.membership_id else frozenset()
    if is_open and now == given.seen_roles == frozenset(item.roles):
        return
    got = ", ".join(sorted(now)) if is_open and now else "an end" if is_open else item.answer
    raise MembershipMustBeAsSeen(
        f"Membership of {item.user}: expected {', '.join(sorted(given.seen_roles)) or 'roles'} as shown, "
        f"got {got}. Look at it again and answer for what it is now.",
        evidence={
            "object": str(item.membership_id),
            "expected": sorted(given.seen_roles),
            "got": sorted(now),
            "remedy": "look at it again",
        },
    )


def _record(item: AccessReviewItem, given: Answer, answered_by: Principal) -> None:
    AccessReviewItem.objects.filter(company_id=item.company_id, id=item.id).update(
        answer=given.answer, note=given.note, answered_by=answered_by.urn, answered_at=get(Clock).now()
    )
