# SPDX-License-Identifier: Apache-2.0
"""Housekeeping of the log of decisions."""

from celery import shared_task

from cortex.policy.policy_actions import FORGET_DECISIONS
from cortex.policy.retention import forget_old_decisions
from cortex.ports.asking import asks
from cortex.ports.principal import Principal


@shared_task(name="cortex.policy.forget_old_decisions", ignore_result=True)  # type: ignore[untyped-decorator]
@asks(FORGET_DECISIONS)
def forget_old() -> None:
    """Delete decisions that are over."""
    forget_old_decisions(forgotten_by=Principal.service("scheduler"))
