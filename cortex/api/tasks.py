# SPDX-License-Identifier: Apache-2.0
"""Housekeeping of the API."""

from celery import shared_task

from cortex.api.expired_keys import BATCH, forget_expired
from cortex.ports.asking import asks_nothing
from cortex.tenancy import scope
from cortex.tenancy.companies import all_company_ids


@shared_task(name="cortex.api.forget_idempotency_keys", ignore_result=True)  # type: ignore[untyped-decorator]
@asks_nothing("answers are kept a day for whoever repeats a request, and are no part of the books")
def forget_idempotency_keys() -> None:
    """Delete keys that are over, in batches, so that no lock is held for long."""
    with scope(all_company_ids()):
        while forget_expired() == BATCH:
            continue
