# SPDX-License-Identifier: Apache-2.0
"""Remind of a campaign over the platform that is due: one letter a day to those who may answer."""

from datetime import date, timedelta
from urllib.parse import quote
from uuid import uuid5

from django.conf import settings

from cortex.access_reviews.actions import REMIND_PLATFORM
from cortex.access_reviews.models import PlatformReview, PlatformReviewItem
from cortex.access_reviews.platform_reviews import leave_platform_leaf
from cortex.database.transactions import transactional
from cortex.identity.platform_administrators import platform_administrators_with_mail
from cortex.ports.authorizer import Authorizer
from cortex.ports.clock import Clock
from cortex.ports.mail import Letters, LetterTo
from cortex.ports.principal import Principal
from cortex.ports.registry import get

TOPIC, SUBJECT = "access_reviews.overdue", "The access review of the platform is overdue"
# The next day's letter says the same: one that could not be sent until then is given up.
LIFETIME = timedelta(days=1)
_BODY = """\
The access review of the platform was due on {due}. Roles without an answer: {count}.

Answer here: {link}

You get this message each day until the review is completed or cancelled.
"""


@transactional
def remind_of_overdue_platform_review(*, today: date, reminded_by: Principal) -> int:
    """Queue the letters of this day; return how many. Nobody is reminded twice on one day.

    Raises: AccessMustBeGranted.
    """
    overdue = PlatformReview.objects.filter(state=PlatformReview.State.OPEN, due_date__lt=today)
    review = overdue.exclude(reminded_date=today).select_for_update().first()
    if review is None:
        return 0
    get(Authorizer).require(principal=reminded_by, action=REMIND_PLATFORM, company_id=None)
    PlatformReview.objects.filter(id=review.id).update(reminded_date=today)
    leave_platform_leaf(verb=REMIND_PLATFORM, actor=reminded_by, object_id=review.id)
    recipients = platform_administrators_with_mail()
    body = _body(review)
    for each in recipients:
        get(Letters).queue(
            to=LetterTo(user_id=each.user_id),
            topic=TOPIC,
            about=uuid5(review.id, today.isoformat()),
            subject=SUBJECT,
            body=body,
            ends_at=get(Clock).now() + LIFETIME,
        )
    return len(recipients)


def _body(review: PlatformReview) -> str:
    unanswered = PlatformReviewItem.objects.filter(review=review, answer=PlatformReviewItem.Answer.OPEN)
    path = f"/admin/access_reviews/platformreview/{quote(str(review.id))}/change/"
    return _BODY.format(due=review.due_date, count=unanswered.count(), link=settings.PUBLIC_URL + path)
