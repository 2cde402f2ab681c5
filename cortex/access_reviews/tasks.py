# SPDX-License-Identifier: Apache-2.0
"""The Celery task of access reviews."""

from celery import shared_task

from cortex.access_reviews.actions import REMIND, REMIND_PLATFORM
from cortex.access_reviews.remind import remind_of_overdue_reviews
from cortex.access_reviews.remind_platform import remind_of_overdue_platform_review
from cortex.ports.asking import asks
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get


@shared_task(name="cortex.access_reviews.remind", ignore_result=True)  # type: ignore[untyped-decorator]
@asks(REMIND, REMIND_PLATFORM)
def remind() -> None:
    """Remind of what is overdue, at most once a day for each campaign."""
    today, scheduler = get(Clock).today(), Principal.service("scheduler")
    remind_of_overdue_reviews(today=today, reminded_by=scheduler)
    remind_of_overdue_platform_review(today=today, reminded_by=scheduler)
