# SPDX-License-Identifier: Apache-2.0
"""Memberships under review: locked while somebody answers for them, seen anew where they changed."""

from collections.abc import Sequence
from uuid import UUID

from cortex.access_reviews.actions import ANSWER
from cortex.access_reviews.leaves import leave_answers
from cortex.access_reviews.models import AccessReview, AccessReviewItem
from cortex.access_reviews.selectors import locked_open_review
from cortex.database.transactions import transactional
from cortex.identity.models import Membership
from cortex.ports.authorizer import Authorizer
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get

SEEN_ANEW = "access_reviews.membership.seen_anew"


def lock_members(*, company_id: UUID, user_ids: Sequence[UUID]) -> dict[UUID, Membership]:
    """Return the memberships of these people, by user; nobody changes them until the transaction ends."""
    rows = Membership.objects.filter(company_id=company_id, user_id__in=list(user_ids))
    return {row.user_id: row for row in rows.order_by("id").select_for_update(of=("self",))}


def members_now(*, company_id: UUID, user_ids: Sequence[UUID]) -> dict[UUID, Membership]:
    """Return the memberships of these people, by user, as they are at this moment."""
    rows = Membership.objects.filter(company_id=company_id, user_id__in=list(user_ids))
    return {row.user_id: row for row in rows}


@transactional
def see_anew(*, company_id: UUID, review_id: UUID, asked_by: Principal) -> int:
    """Ask again for memberships that changed since they were seen; return how many questions changed.

    One that is gone needs no answer any more, and is written down as ended.

    Raises: AccessMustBeGranted, ReviewMustExist, ReviewMustBeOpen.
    """
    get(Authorizer).require(principal=asked_by, action=ANSWER, company_id=company_id)
    review = locked_open_review(company_id=company_id, review_id=review_id)
    changed = memberships_that_changed(review=review)
    for item, member in changed:
        rows = AccessReviewItem.objects.filter(company_id=company_id, id=item.id)
        rows.update(**_seen(member))
    asked_again = [(SEEN_ANEW, member.id if member else item.membership_id, "") for item, member in changed]
    leave_answers(company_id=company_id, actor=asked_by, answers=asked_again)
    return len(changed)


def memberships_that_changed(
    *, review: AccessReview, lock: bool = True
) -> list[tuple[AccessReviewItem, Membership | None]]:
    """Return the questions whose membership differs from what was seen, with what it is now, or None.

    With `lock` they stay as they are until the transaction ends.
    """
    items = AccessReviewItem.objects.filter(company_id=review.company_id, review_id=review.id)
    watched = list(items.filter(answer__in=["open", "confirmed"]))
    read = lock_members if lock else members_now
    members = read(company_id=review.company_id, user_ids=[item.user_id for item in watched])
    return [
        (item, members.get(item.user_id)) for item in watched if _differs(item, members.get(item.user_id))
    ]


def _differs(item: AccessReviewItem, member: Membership | None) -> bool:
    return member is None or (member.id, sorted(member.roles)) != (item.membership_id, sorted(item.roles))


def _seen(member: Membership | None) -> dict[str, object]:
    if member is None:
        return {"answer": "ended", "note": "", "answered_by": "", "answered_at": get(Clock).now()}
    again = {"answer": "open", "note": "", "answered_by": "", "answered_at": None}
    return again | {"membership_id": member.id, "roles": sorted(member.roles)}
