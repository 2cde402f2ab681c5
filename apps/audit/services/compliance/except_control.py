# SPDX-License-Identifier: Apache-2.0
"""Let a control fail for a while, with a reason, an end and two people behind it."""

import hashlib
from datetime import date, timedelta

from apps.audit.adapters.policy_entities import EXCEPT_CONTROL
from apps.audit.domain.compliance.errors import (
    ControlMustExist,
    ExceptionMustEnd,
    SecondPersonMustAgreeToPack,
)
from apps.audit.domain.compliance.exception_document import exception_document
from apps.audit.models import ControlException
from apps.audit.selectors.compliance.packs import pack_in_force
from apps.audit.services.compliance.object_types import EXCEPTION_TYPE
from apps.audit.services.record_verb import record_verb
from cortex.database.transactions import transactional
from cortex.ids import uuid7
from cortex.ports.authorizer import Authorizer, consent_to
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get

LASTS_MAX = timedelta(days=366)


@transactional
def except_control(
    *, pack_name: str, control_id: str, reason: str, ends_date: date, excepted_by: Principal
) -> ControlException | None:
    """Store the exception in the name of whoever asked; None while the asker only rehearses it.

    Raises: AccessMustBeGranted, ApprovalMustComeFirst, PackMustExist, ControlMustExist, ExceptionMustEnd.
    """
    get(Authorizer).require(principal=excepted_by, action=EXCEPT_CONTROL, company_id=None)
    _require_control(pack_name, control_id)
    _require_end(control_id, ends_date)
    consent = consent_to(action=EXCEPT_CONTROL, company_id=None)
    if consent is None or consent.given_by.urn == excepted_by.urn:
        return None
    _require_person(control_id, consent.given_by, excepted_by)
    approved_at = get(Clock).now()
    document = exception_document(
        pack_name=pack_name,
        control_id=control_id,
        reason=reason,
        ends_date=ends_date,
        approved_at=approved_at,
    )
    made = ControlException.objects.create(
        id=uuid7(),
        pack_name=pack_name,
        control_id=control_id,
        reason=reason,
        ends_date=ends_date,
        requested_by=excepted_by.urn,
        approved_by=consent.given_by.urn,
        approved_at=approved_at,
        document=document,
    )
    record_verb(
        company_id=None,
        verb=EXCEPT_CONTROL,
        object_type=EXCEPTION_TYPE,
        object_id=made.id,
        digest=hashlib.sha256(document).hexdigest(),
        actor=excepted_by,
    )
    return made


def _require_control(pack_name: str, control_id: str) -> None:
    if pack_in_force(name=pack_name).pack.control(control_id) is None:
        raise ControlMustExist(
            f"Control {control_id[:20]}: expected one of pack {pack_name}, got none.",
            evidence={"object": f"pack {pack_name}", "got": control_id[:20]},
        )


def _require_end(control_id: str, ends_date: date) -> None:
    today = get(Clock).now().date()
    if not today < ends_date <= today + LASTS_MAX:
        raise ExceptionMustEnd(
            f"Exception for {control_id}: expected an end from tomorrow to {today + LASTS_MAX}, got "
            f"{ends_date}. Name a day by which the control is met again.",
            evidence={"object": control_id, "expected": f"until {today + LASTS_MAX}", "got": str(ends_date)},
        )


def _require_person(control_id: str, second: Principal, first: Principal) -> None:
    if second.kind != "user" or second.user_id == first.user_id:
        raise SecondPersonMustAgreeToPack(
            f"Exception for {control_id}: expected a second person, got {second.urn}. Ask a colleague.",
            evidence={"object": control_id, "expected": "a second person", "got": second.urn},
        )
