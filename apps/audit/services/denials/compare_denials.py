# SPDX-License-Identifier: Apache-2.0
"""Hold every sealed decision against its seals, and every seal against its leaf."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import chain, islice, zip_longest
from uuid import UUID

import structlog

from apps.audit.domain.denials.comparison import NOWHERE, ComparedDenials, DenialDifference
from apps.audit.domain.policy_names import COMPARE_DENIALS
from apps.audit.models import DenialComparison
from apps.audit.services.denials.compare_seals import Looked, differences_of_company
from apps.audit.services.record_verb import record_verb
from cortex.canonical_json import canonical_digest
from cortex.database.transactions import DatabaseMustBeReachable, transactional
from cortex.ids import uuid7
from cortex.ports.authorizer import Authorizer
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from cortex.tenancy.companies import all_company_ids

TOLD_MAX = 100
OBJECT_TYPE = "audit.denial_comparison"
_log = structlog.get_logger(__name__)


def compare_denials(*, compared_by: Principal) -> ComparedDenials:
    """Store what was found and raise the alarm about it.

    A company that cannot be compared is a difference, and keeps no other from being compared.

    Raises: AccessMustBeGranted.
    """
    get(Authorizer).require(principal=compared_by, action=COMPARE_DENIALS, company_id=None)
    started_at, looked = get(Clock).now(), Looked()
    difference_count, told = _told_fairly(_differences(looked, now=started_at))
    compared = ComparedDenials(looked.seals, looked.denials, difference_count, told)
    _store(compared, started_at=started_at, compared_by=compared_by)
    return compared


def _told_fairly(found: Iterable[DenialDifference]) -> tuple[int, list[DenialDifference]]:
    """Return how many there are and the first of them, from each company as many: what differs in one must
    not hide from another's people that there is something in theirs.
    """
    count, first = 0, dict[UUID | None, list[DenialDifference]]()
    for one in found:
        count += 1
        of_company = first.setdefault(one.company_id, [])
        if len(of_company) < TOLD_MAX:
            of_company.append(one)
    turns = chain.from_iterable(zip_longest(*first.values()))
    return count, list(islice((one for one in turns if one is not None), TOLD_MAX))


def _differences(count: Looked, *, now: datetime) -> Iterator[DenialDifference]:
    for company_id in (None, *transactional(all_company_ids)()):
        try:
            yield from differences_of_company(company_id=company_id, looked=count, now=now)
        except DatabaseMustBeReachable:
            raise
        except Exception as error:  # noqa: BLE001 - what one company's rows hold must not blind it for the others
            _log.error("denials_not_compared", company_id=str(company_id), exc_info=error)
            got = f"not compared: {type(error).__name__}"
            yield DenialDifference(company_id, NOWHERE, None, "seals that can be compared", got)


@transactional
def _store(compared: ComparedDenials, *, started_at: datetime, compared_by: Principal) -> None:
    differences = [one.told() for one in compared.differences]
    row = DenialComparison.objects.create(
        id=uuid7(),
        started_at=started_at,
        finished_at=get(Clock).now(),
        seal_count=compared.seal_count,
        denial_count=compared.denial_count,
        difference_count=compared.difference_count,
        differences=differences,
    )
    record_verb(
        company_id=None,
        actor=compared_by,
        verb=COMPARE_DENIALS,
        object_type=OBJECT_TYPE,
        object_id=row.id,
        digest=canonical_digest(
            {
                "seals": compared.seal_count,
                "denials": compared.denial_count,
                "count": compared.difference_count,
                "differences": differences,
            }
        ),
    )
    for told in differences:
        _log.error("denials_differ_from_seals", **told)
