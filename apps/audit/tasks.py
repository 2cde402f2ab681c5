# SPDX-License-Identifier: Apache-2.0
"""What the audit context does by the clock."""

from celery import shared_task
from prometheus_client import Gauge

from apps.audit.adapters.policy_entities import RECONCILE
from apps.audit.services.reconcile_documents import reconcile_all
from cortex.ports.asking import asks
from cortex.ports.principal import Principal

DIFFERENCES = Gauge(
    "cortex_books_differences",
    "Differences between posted documents and their audit leaves at the last comparison.",
    multiprocess_mode="mostrecent",
)


@shared_task(name="cortex.audit.reconcile_documents", ignore_result=True)  # type: ignore[untyped-decorator]
@asks(RECONCILE)
def reconcile_documents() -> None:
    """Compare every posted document with its leaf; what differs is stored, logged and counted."""
    results = reconcile_all(reconciled_by=Principal.service("scheduler"))
    DIFFERENCES.set(sum(result.difference_count for result in results))
