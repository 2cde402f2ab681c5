# SPDX-License-Identifier: Apache-2.0
"""What has to be otherwise for one call alone, as no object of the stage can be so for all of them.

It is written past every verb, so that no policy is asked about it, and taken back with the call.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import QuerySet

from apps.audit.models import Hold
from cortex import clock
from cortex.access_reviews.models import AccessReview, AccessReviewItem, PlatformReview, PlatformReviewItem
from cortex.break_glass.models import BreakGlassAccess
from cortex.database.transactions import transactional
from tests.factories.books import CONSOLE
from tests.integration.security.matrix.cast import Stage


def _review_answered(stage: Stage) -> None:
    _written(stage, AccessReviewItem.objects.filter(review_id=stage.values["review_id"]), **_confirmed())


def _platform_review_answered(stage: Stage) -> None:
    PlatformReviewItem.objects.update(**_confirmed())


def _confirmed() -> dict[str, object]:
    return {"answer": "confirmed", "answered_by": CONSOLE.urn, "answered_at": clock.now()}


def _review_over(stage: Stage) -> None:
    _written(stage, AccessReview.objects.filter(id=stage.values["review_id"]), **_cancelled())


def _platform_review_over(stage: Stage) -> None:
    PlatformReview.objects.filter(state="open").update(**_cancelled())


def _cancelled() -> dict[str, object]:
    return {"state": "cancelled", "closed_by": CONSOLE.urn, "closed_at": clock.now()}


def _emergency_over(stage: Stage) -> None:
    # One that a situation ended stays as it is.
    own = BreakGlassAccess.objects.filter(id=stage.values["access_id"], ended_at=None)
    _written(stage, own, ended_at=clock.now(), ended_by=CONSOLE.urn)


def _hold_lifted(stage: Stage) -> None:
    _written(stage, Hold.objects.all(), lifted_at=clock.now(), lifted_by=CONSOLE.urn)


def _written(stage: Stage, rows: QuerySet[Any], **columns: object) -> None:
    with stage.own.entered():
        transactional(rows.update)(**columns)


# By the end of a call's name.
OPENERS: Mapping[str, Callable[[Stage], None]] = {
    "access_reviews.accessreview open": _review_over,
    "access_reviews.accessreview complete": _review_answered,
    "access_reviews.platformreview open": _platform_review_over,
    "access_reviews.platformreview complete": _platform_review_answered,
    "/emergency-access/{access_id}/review/": _emergency_over,
    "/emergency-access/{access_id}:review": _emergency_over,
    "break_glass --company ACME review {access_id} --comment Seen": _emergency_over,
    "privacy --company ACME erase accounting.party {party_id} --reason Request": _hold_lifted,
}


def open_for(name: str, stage: Stage) -> None:
    """Let things be so that the call of this name means something."""
    for ending, opened in OPENERS.items():
        if name.endswith(ending):
            opened(stage)
