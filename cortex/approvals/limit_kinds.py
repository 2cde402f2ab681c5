# SPDX-License-Identifier: Apache-2.0
"""Changes of limits as proposals: where a second person is required, nobody loosens the rules alone."""

from uuid import UUID

from cortex.approvals.actions import CHANGE_LIMITS
from cortex.approvals.require_second_person import COMPANY_RULE, require_second_person
from cortex.approvals.set_entry_limit import ENTRY_LIMIT, set_entry_limit
from cortex.identity.actor_names import names_of_actors
from cortex.ports.approvals import Content, Description, Performed, approval_kind
from cortex.ports.principal import Principal

SET_LIMIT = "approvals.entry_limit.set"
SET_SECOND_PERSON = "approvals.second_person.set"


def register_kinds() -> None:
    """Register both kinds."""
    approval_kind(
        SET_LIMIT,
        title="Change a limit",
        action=CHANGE_LIMITS,
        perform=_set_limit,
        describe=_described_limit,
    )
    approval_kind(
        SET_SECOND_PERSON,
        title="Change whether a second person is required",
        action=CHANGE_LIMITS,
        perform=_set_second_person,
        describe=_described_rule,
    )


def _set_limit(company_id: UUID | None, proposer: Principal, content: Content) -> Performed:
    user_id = UUID(content["user_id"]) if content["user_id"] else None
    limit_id = set_entry_limit(
        company_id=_company(company_id),
        entry_limit_minor=content["entry_limit_minor"],
        set_by=proposer,
        role=content["role"],
        user_id=user_id,
    )
    return Performed(ENTRY_LIMIT, limit_id)


def _described_limit(company_id: UUID | None, content: Content) -> Description:
    urn = f"user:{content['user_id']}"
    whose = content["role"] or names_of_actors(urns=[urn])[urn]
    minor = content["entry_limit_minor"]
    told = "no limit" if minor is None else f"{minor} minor units of the base currency"
    return Description(
        title=f"Limit of {whose}: {told}"[:200],
        lines=[f"For: {whose}", f"New limit: {told}"],
        object_type=ENTRY_LIMIT,
    )


def _set_second_person(company_id: UUID | None, proposer: Principal, content: Content) -> Performed:
    company = _company(company_id)
    require_second_person(company_id=company, is_required=content["is_required"], set_by=proposer)
    return Performed(COMPANY_RULE, company)


def _described_rule(company_id: UUID | None, content: Content) -> Description:
    told = "required" if content["is_required"] else "no longer required"
    return Description(
        title=f"A second person is {told} for dangerous verbs",
        lines=[f"A second person is {told} to reopen periods and to change limits."],
        object_type=COMPANY_RULE,
        object_id=company_id,
    )


def _company(company_id: UUID | None) -> UUID:
    if company_id is None:
        raise ValueError("limits belong to a company")
    return company_id
