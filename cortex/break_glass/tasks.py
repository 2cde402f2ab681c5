# SPDX-License-Identifier: Apache-2.0
"""The Celery task of emergency access: a thin shell."""

from celery import shared_task

from cortex.break_glass.actions import EXPIRE
from cortex.break_glass.record_expired import record_all_expired
from cortex.ports.asking import asks
from cortex.ports.clock import Clock
from cortex.ports.registry import get


@shared_task(name="cortex.break_glass.record_expired", ignore_result=True)  # type: ignore[untyped-decorator]
@asks(EXPIRE)
def record_expired() -> None:
    """Write down which access is over, so that its end stands in the audit log."""
    record_all_expired(at=get(Clock).now())
