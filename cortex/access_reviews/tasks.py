# SPDX-License-Identifier: Apache-2.0
"""The Celery task of access reviews."""

from celery import shared_task

from cortex.access_reviews.actions import REMIND
from cortex.access_reviews.remind import remind_of_overdue_reviews
from cortex.ports.asking import asks
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get


@shared_task(name="cortex.access_reviews.remind", ignore_result=True)  # type: ignore[untyped-decorator]
@asks(REMIND)
def remind() -> None:
    """Remind of what is overdue, at most once a day for each campaign."""
    remind_of_overdue_reviews(today=get(Clock).today(), reminded_by=Principal.service("scheduler"))
