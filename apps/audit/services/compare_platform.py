# SPDX-License-Identifier: Apache-2.0
"""Compare what belongs to no company with the leaves of the platform; store the result, raise the alarm."""

from dataclasses import asdict
from datetime import datetime

import structlog

from apps.audit.adapters.policy_entities import COMPARE_LOG
from apps.audit.models import PlatformComparison
from apps.audit.services.compare_objects import ComparedObjects, compare_objects
from apps.audit.services.record_verb import record_verb
from cortex.canonical_json import canonical_digest
from cortex.database.transactions import transactional
from cortex.ids import uuid7
from cortex.ports.authorizer import Authorizer
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get

OBJECT_TYPE, VERB = "audit.platform_comparison", "audit.objects.compare"
_log = structlog.get_logger(__name__)


def compare_platform(*, compared_by: Principal) -> ComparedObjects:
    """Return what was found; whoever may compare the log may compare rows with it.

    Raises: AccessMustBeGranted.
    """
    get(Authorizer).require(principal=compared_by, action=COMPARE_LOG, company_id=None)
    started_at = get(Clock).now()
    compared = compare_objects(company_id=None)
    _store(compared, started_at=started_at, compared_by=compared_by)
    return compared


@transactional
def _store(compared: ComparedObjects, *, started_at: datetime, compared_by: Principal) -> None:
    differences = [{**asdict(one), "object_id": str(one.object_id)} for one in compared.differences]
    counts = {
        "object_count": compared.object_count,
        "earlier_count": compared.earlier_count,
        "difference_count": compared.difference_count,
    }
    row = PlatformComparison.objects.create(
        id=uuid7(),
        started_at=started_at,
        finished_at=get(Clock).now(),
        differences=differences,
        **counts,
    )
    record_verb(
        company_id=None,
        actor=compared_by,
        verb=VERB,
        object_type=OBJECT_TYPE,
        object_id=row.id,
        digest=canonical_digest({**counts, "differences": differences}),
    )
    for one in differences:
        _log.error("platform_differs_from_log", **one)
