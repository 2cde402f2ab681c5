# SPDX-License-Identifier: Apache-2.0
"""The Celery task of approvals: a thin shell."""

from celery import shared_task

from cortex.approvals.actions import EXPIRE, PLATFORM_EXPIRE
from cortex.approvals.expire import expire_proposals
from cortex.ports.asking import asks
from cortex.ports.clock import Clock
from cortex.ports.registry import get


@shared_task(name="cortex.approvals.expire", ignore_result=True)  # type: ignore[untyped-decorator]
@asks(EXPIRE, PLATFORM_EXPIRE)
def expire() -> None:
    """End proposals that nobody decided in time."""
    expire_proposals(at=get(Clock).now())
