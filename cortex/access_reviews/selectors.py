# SPDX-License-Identifier: Apache-2.0
"""Read campaigns and their answers; call everything here inside the company's scope."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from cortex.access_reviews.errors import ReviewMustBeOpen, ReviewMustExist
from cortex.access_reviews.models import AccessReview, AccessReviewItem, Campaign, PlatformReview
from cortex.database.transactions import transactional


@transactional
def review_with_id(*, company_id: UUID, review_id: UUID) -> AccessReview:
    """Return a campaign; raises ReviewMustExist."""
    return _found(AccessReview.objects.filter(company_id=company_id, id=review_id).first(), review_id)


@transactional
def answers_of(*, company_id: UUID, review_id: UUID) -> Sequence[AccessReviewItem]:
    """Return what was asked and answered, open questions first, then by name."""
    rows = AccessReviewItem.objects.filter(company_id=company_id, review_id=review_id)
    found = rows.select_related("user").order_by("user__username")
    return sorted(found, key=lambda item: item.answer != AccessReviewItem.Answer.OPEN)


@transactional
def results_signed(*, company_id: UUID | None, since: datetime, until: datetime) -> dict[UUID, bytes]:
    """Return the signed results of reviews that were completed between the instants, both included.

    Without a company they are those of the platform.
    """
    rows = (
        PlatformReview.objects.all()
        if company_id is None
        else AccessReview.objects.filter(company_id=company_id)
    )
    rows = rows.filter(state=Campaign.State.COMPLETED, closed_at__gte=since, closed_at__lte=until)
    return {review_id: bytes(result or b"") for review_id, result in rows.values_list("id", "result")}


def locked_open_review(*, company_id: UUID, review_id: UUID) -> AccessReview:
    """Return a campaign whose answers wait for nobody else meanwhile.

    Raises: ReviewMustExist, ReviewMustBeOpen.
    """
    rows = AccessReview.objects.filter(company_id=company_id, id=review_id).select_for_update(of=("self",))
    review = _found(rows.first(), review_id)
    require_open(review)
    return review


def require_open(campaign: Campaign) -> None:
    """Raise ReviewMustBeOpen for a campaign that was completed or cancelled."""
    if campaign.state != Campaign.State.OPEN:
        raise ReviewMustBeOpen(
            f"Access review {campaign.id}: expected to be open, got {campaign.state}. Open another one.",
            evidence={"object": str(campaign.id), "expected": "open", "got": campaign.state},
        )


def _found(review: AccessReview | None, review_id: UUID) -> AccessReview:
    if review is None:
        raise ReviewMustExist(
            f"Access review {review_id}: expected one of this company, got none.",
            evidence={"object": str(review_id)},
        )
    return review
