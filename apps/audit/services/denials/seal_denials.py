# SPDX-License-Identifier: Apache-2.0
"""Seal what was denied since the last seal: for each company, and for all of them with the platform."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

import structlog

from apps.audit.domain.denials.interval import BEGINNING, Interval
from apps.audit.domain.denials.seal import Seal, is_due, packed
from apps.audit.domain.policy_names import SEAL_DENIALS
from apps.audit.models import DenialSeal
from apps.audit.selectors.denial_seals import LastSeal, free_place, newest_seal
from apps.audit.selectors.denials import denied_in, position_now
from apps.audit.services.record_verb import record_verb
from cortex.database.service_role import service_transaction
from cortex.database.transactions import transactional
from cortex.errors import CortexError
from cortex.ids import uuid7
from cortex.ports.authorizer import Authorizer
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from cortex.tenancy import scope
from cortex.tenancy.companies import all_company_ids

OBJECT_TYPE = "audit.denial_seal"
# Of one seal; where more was denied, the next goes on in the same interval.
DENIALS_MAX = 10_000
# "deny" in ASCII.
_SEALING = 0x64656E79
_log = structlog.get_logger(__name__)


class DenialsMustBeSealed(CortexError):
    """What was denied in a company could not be sealed; the next round takes it in."""

    code = "audit.denials_must_be_sealed"
    status = 500


@dataclass(frozen=True, slots=True)
class Sealed:
    """How many seals were made, and the companies where that failed; None is all with the platform."""

    seal_count: int
    failed: Sequence[UUID | None]

    def require_whole(self) -> None:
        """Raise DenialsMustBeSealed unless all were looked at."""
        if self.failed:
            raise DenialsMustBeSealed(
                f"Denials: expected every company's to be sealed, got {len(self.failed)} where that failed, "
                f"first {self.failed[0]}. Look at denials_not_sealed in the log.",
                evidence={"object": "denials", "got": [str(each) for each in self.failed]},
            )


def seal_denials(*, sealed_by: Principal, denials_max: int = DENIALS_MAX) -> Sealed:
    """Seal what was committed by now and is in no seal yet, however long ago the last one was made.

    Raises: AccessMustBeGranted.
    """
    get(Authorizer).require(principal=sealed_by, action=SEAL_DENIALS, company_id=None)
    count, failed = 0, list[UUID | None]()
    for company_id in (None, *transactional(all_company_ids)()):
        try:
            count += _seal_all(company_id, sealed_by, denials_max)
        except Exception as error:  # noqa: BLE001 - one company's rows must not keep the others unsealed
            _log.error("denials_not_sealed", company_id=str(company_id), exc_info=error)
            failed.append(company_id)
    return Sealed(count, failed)


def _seal_all(company_id: UUID | None, sealed_by: Principal, denials_max: int) -> int:
    count = 0
    while (seal := _seal_next(company_id, sealed_by, denials_max)) is not None:
        count += 1
        if seal.interval.up_to is None:
            break
    return count


def _seal_next(company_id: UUID | None, sealed_by: Principal, denials_max: int) -> Seal | None:
    """Make one seal; None where none is due, or where somebody else is at it.

    It goes on behind the newest one that agrees with its leaf: one that was broken, or that the program never
    made, ends nothing, and what it covered is sealed again.
    """
    with service_transaction() as cursor:
        # Held until the seal is stored: whoever comes next sees it, and begins behind it.
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_SEALING])
        if not cursor.fetchone()[0]:
            return None
        now = get(Clock).now()
        here = position_now(cursor=cursor, at=now)
        last = newest_seal(cursor=cursor, company_id=company_id, here=here)
        interval = last.interval.next(now=here) if last else Interval(BEGINNING, here)
        denials = denied_in(cursor=cursor, company_id=company_id, interval=interval, limit=denials_max + 1)
        if not is_due(denials=denials, last=last.interval if last else None, now=now):
            return None
        if len(denials) > denials_max:
            denials = denials[:denials_max]
            interval = replace(interval, up_to=denials[-1].id)
        seal = Seal(
            company_id=company_id,
            ordinal=free_place(cursor=cursor, company_id=company_id, first=_behind(last)),
            interval=interval,
            denials=denials,
            former=last.digest if last else None,
        )
        with scope([company_id] if company_id else []):
            _store(seal, sealed_by)
        return seal


def _behind(last: LastSeal | None) -> int:
    return last.ordinal + 1 if last else 0


@transactional
def _store(seal: Seal, sealed_by: Principal) -> None:
    row = DenialSeal.objects.create(
        id=uuid7(),
        company_id=seal.company_id,
        ordinal=seal.ordinal,
        sealed_at=get(Clock).now(),
        denial_count=len(seal.denials),
        denials=packed(seal.denials),
        statement=seal.statement,
    )
    record_verb(
        company_id=seal.company_id,
        actor=sealed_by,
        verb=SEAL_DENIALS,
        object_type=OBJECT_TYPE,
        object_id=row.id,
        digest=seal.digest,
    )
