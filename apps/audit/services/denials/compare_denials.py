# SPDX-License-Identifier: Apache-2.0
"""Hold every sealed decision against its seals, and every seal against its leaf."""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from uuid import UUID

import structlog

from apps.audit.domain.denials.comparison import (
    MISSING,
    ComparedDenials,
    DenialDifference,
    differing_denials,
    differing_seal,
)
from apps.audit.domain.denials.seal import SEALED_WITHIN
from apps.audit.domain.policy_names import COMPARE_DENIALS
from apps.audit.models import DenialComparison
from apps.audit.selectors.denials import ChainedSeal, chain_of_seals, denied_in, newest_seal, seal_at
from apps.audit.services.record_verb import record_verb
from cortex.canonical_json import canonical_digest
from cortex.database.service_role import service_transaction
from cortex.database.transactions import transactional
from cortex.ids import uuid7
from cortex.policy.retention import A_DAY, KEPT_FOR
from cortex.ports.authorizer import Authorizer
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from cortex.tenancy.companies import all_company_ids

TOLD_MAX = 100
OBJECT_TYPE = "audit.denial_comparison"
# The place of a seal that is not there.
_NOWHERE = -1
_log = structlog.get_logger(__name__)


class _Count:
    """What was looked at while differences are found."""

    seals = 0
    denials = 0


def compare_denials(*, compared_by: Principal) -> ComparedDenials:
    """Store what was found and raise the alarm about it.

    Each seal is read in a transaction of its own, so that no long one holds the database's past. What the
    rules have forgotten is not missed; what is left of an old seal is compared.

    Raises: AccessMustBeGranted.
    """
    get(Authorizer).require(principal=compared_by, action=COMPARE_DENIALS, company_id=None)
    started_at, count = get(Clock).now(), _Count()
    found = _differences(count, now=started_at)
    told = list(islice(found, TOLD_MAX))
    more = sum(1 for _ in found)
    compared = ComparedDenials(count.seals, count.denials, len(told) + more, told)
    _store(compared, started_at=started_at, compared_by=compared_by)
    return compared


def _differences(count: _Count, *, now: datetime) -> Iterator[DenialDifference]:
    kept_since = now - KEPT_FOR + A_DAY
    yield from _late(now)
    for company_id in (None, *transactional(all_company_ids)()):
        with service_transaction() as cursor:
            chain = chain_of_seals(cursor=cursor, company_id=company_id)
        former = None
        for expected, link in enumerate(chain):
            yield from _of_link(company_id, link, expected)
            if link.digest is not None and link.digest == link.leaf_digest:
                yield from _of_seal(company_id, link, former, count, kept_since)
            former = link.digest


def _late(now: datetime) -> Iterator[DenialDifference]:
    """Yield that nothing was sealed for longer than a day: what was denied since could go unseen."""
    with service_transaction() as cursor:
        last = newest_seal(cursor=cursor, company_id=None)
    if last is not None and last.interval.until.at and now - last.interval.until.at > SEALED_WITHIN:
        at = last.interval.until.at.isoformat(timespec="seconds")
        yield DenialDifference(None, last.ordinal, None, "a seal of this day", f"none since {at}")


def _of_link(company_id: UUID | None, link: ChainedSeal, expected: int) -> Iterator[DenialDifference]:
    """Yield what is wrong with a seal's place and leaf; what it says is believed where its leaf says so."""
    place = _NOWHERE if link.ordinal is None else link.ordinal
    if link.digest != link.leaf_digest:
        expects, got = link.leaf_digest or MISSING, link.digest or MISSING
        yield DenialDifference(company_id, place, None, f"seal {link.seal_id}: {expects}", got)
    elif place != expected:
        yield DenialDifference(company_id, place, None, f"seal {expected}", f"seal {place}")


def _of_seal(
    company_id: UUID | None,
    link: ChainedSeal,
    former: str | None,
    count: _Count,
    kept_since: datetime,
) -> Iterator[DenialDifference]:
    ordinal = link.ordinal or 0
    with service_transaction() as cursor:
        seal = seal_at(cursor=cursor, company_id=company_id, ordinal=ordinal)
        if seal is None:
            yield DenialDifference(company_id, ordinal, None, str(link.leaf_digest), MISSING)
            return
        stored = denied_in(cursor=cursor, company_id=company_id, interval=seal.interval)
    count.seals, count.denials = count.seals + 1, count.denials + len(seal.denials)
    yield from differing_seal(seal=seal, digest=str(link.leaf_digest))
    yield from differing_denials(seal=seal, stored=stored, kept_since=kept_since)
    if seal.former != former:
        yield DenialDifference(company_id, ordinal, None, f"behind {seal.former}", f"behind {former}")


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
