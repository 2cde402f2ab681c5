# SPDX-License-Identifier: Apache-2.0
"""Remind of campaigns that are due: one message a day to those who may answer."""

from datetime import date
from urllib.parse import quote
from uuid import UUID, uuid5

from django.conf import settings

from cortex.access_reviews.actions import REMIND
from cortex.access_reviews.leaves import leave_leaf
from cortex.access_reviews.models import AccessReview, AccessReviewItem
from cortex.database.service_role import service_transaction
from cortex.database.transactions import transactional
from cortex.mail.queueing import queue_mail
from cortex.ports.authorizer import Authorizer
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from cortex.tenancy import scope
from cortex.tenancy.companies import company_with_id

ROLES, TOPIC = ("administrator", "controller"), "access_reviews.overdue"
_BODY = """\
The access review of {company} was due on {due}. Memberships without an answer: {count}.

Answer here: {link}

You get this message each day until the review is completed or cancelled.
"""
_OVERDUE = """
SELECT company_id, id FROM access_reviews_review
 WHERE state = 'open' AND due_date < %s AND reminded_date IS DISTINCT FROM %s ORDER BY due_date
"""


def remind_of_overdue_reviews(*, today: date, reminded_by: Principal) -> int:
    """Queue the messages of this day for every company; return how many."""
    with service_transaction() as cursor:
        cursor.execute(_OVERDUE, [today, today])
        overdue = cursor.fetchall()
    queued = 0
    for company_id, review_id in overdue:
        with scope([company_id]):
            queued += _remind(company_id, review_id, today, reminded_by)
    return queued


@transactional
def _remind(company_id: UUID, review_id: UUID, today: date, reminded_by: Principal) -> int:
    get(Authorizer).require(principal=reminded_by, action=REMIND, company_id=company_id)
    rows = AccessReview.objects.filter(company_id=company_id, id=review_id, state="open")
    review = rows.exclude(reminded_date=today).select_for_update(of=("self",)).first()
    if review is None:
        return 0
    AccessReview.objects.filter(company_id=company_id, id=review_id).update(reminded_date=today)
    leave_leaf(review=review, verb=REMIND, actor=reminded_by)
    company = company_with_id(company_id=company_id)
    items = AccessReviewItem.objects.filter(company_id=company_id, review_id=review_id, answer="open")
    path = f"/admin/access_reviews/accessreview/{quote(str(review_id))}/answer/"
    return queue_mail(
        company_id=company_id,
        roles=ROLES,
        topic=TOPIC,
        about=uuid5(review_id, today.isoformat()),
        subject=f"{company.code}: the access review is overdue",
        body=_BODY.format(
            company=company.code, due=review.due_date, count=items.count(), link=settings.PUBLIC_URL + path
        ),
    )
