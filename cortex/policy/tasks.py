# SPDX-License-Identifier: Apache-2.0
"""Housekeeping of the log of decisions."""

from celery import shared_task

from cortex.policy.retention import BATCH, forget_old_decisions


@shared_task(name="cortex.policy.forget_old_decisions", ignore_result=True)  # type: ignore[untyped-decorator]
def forget_old() -> None:
    """Delete decisions that are over until none is left."""
    while forget_old_decisions() == BATCH:
        continue
