# SPDX-License-Identifier: Apache-2.0
"""Exceptions wait for a second person."""

from datetime import date
from typing import Any
from uuid import UUID

from apps.audit.adapters.policy_entities import EXCEPT_CONTROL
from apps.audit.models import ControlException
from apps.audit.services.compliance.except_control import except_control
from apps.audit.services.compliance.object_types import EXCEPTION_TYPE
from cortex.approvals.do_or_propose import do_or_propose
from cortex.ports.approvals import Content, Description, Performed, ProposalRef, approval_kind
from cortex.ports.principal import Principal

EXCEPTION_KIND = EXCEPT_CONTROL
# What does not exist yet has no id of its own.
_NOT_YET = UUID(int=0)


def register_exception_kind() -> None:
    """Register the kind of proposal."""
    approval_kind(
        EXCEPTION_KIND,
        title="An exception for a control",
        action=EXCEPT_CONTROL,
        perform=_perform,
        describe=_describe,
    )


def propose_exception(
    *, pack_name: str, control_id: str, reason: str, ends_date: date, proposed_by: Principal
) -> ControlException | ProposalRef | None:
    """Return the proposal of an exception; raises as except_control."""
    given: dict[str, Any] = {"pack_name": pack_name, "control_id": control_id, "reason": reason}
    return do_or_propose(
        work=lambda: except_control(**given, ends_date=ends_date, excepted_by=proposed_by),
        kind=EXCEPTION_KIND,
        company_id=None,
        principal=proposed_by,
        content=lambda: {**given, "ends_date": ends_date.isoformat()},
    )


def _perform(company_id: UUID | None, proposer: Principal, content: Content) -> Performed:
    made = except_control(
        pack_name=content["pack_name"],
        control_id=content["control_id"],
        reason=content["reason"],
        ends_date=date.fromisoformat(content["ends_date"]),
        excepted_by=proposer,
    )
    return Performed(EXCEPTION_TYPE, _NOT_YET if made is None else made.id)


def _describe(company_id: UUID | None, content: Content) -> Description:
    return Description(
        title=f"Exception for {content['control_id']} of {content['pack_name']}",
        lines=[
            f"Control: {content['control_id']} of pack {content['pack_name']}",
            f"May fail until {content['ends_date']} (exclusive)",
            f"Reason: {content['reason']}",
        ],
        object_type=EXCEPTION_TYPE,
    )
