# SPDX-License-Identifier: Apache-2.0
"""The one way into a company: find it, ask, bind its scope."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from cortex.container.providers.callers import calling_as
from cortex.identity.memberships import CompanyMembership, memberships_of
from cortex.policy.actions import find_action
from cortex.policy.askers import open_to
from cortex.ports.authorizer import AccessMustBeGranted, ApprovalMustComeFirst, Authorizer
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from cortex.ports.waiting_verbs import can_wait
from cortex.tenancy import scope
from cortex.tenancy.companies import company_by_code, company_id_for, company_must_exist
from cortex.tenancy.models import Company

__all__ = ["AccessMustBeGranted", "companies_open_to", "entered", "open_company_id"]


def companies_open_to(principal: Principal) -> list[CompanyMembership]:
    """Return the companies of a person, by code: its memberships, and what it opened in an emergency."""
    if principal.user_id is None:
        return []
    own = memberships_of(user_id=principal.user_id)
    known = {each.company_id for each in own}
    opened = [
        CompanyMembership(
            company_id=each.company_id,
            company_code=each.company_code,
            company_name=each.company_name,
            company_status=each.company_status,
            company_created_at=each.company_created_at,
            roles=frozenset(),
        )
        for each in open_to(principal)
        if each.company_id not in known
    ]
    return sorted([*own, *opened], key=lambda each: each.company_code)


def open_company_id(*, principal: Principal, company_code: str) -> UUID | None:
    """Return the id of the company with this code, None where it is not there or not open to a person.

    A service of our own is told of every company: whoever has the machine knows them.
    """
    if principal.user_id is None:
        return company_id_for(code=company_code)
    found = companies_open_to(principal)
    return next((each.company_id for each in found if each.company_code == company_code), None)


@contextmanager
def entered(*, principal: Principal, company_code: str, action: str) -> Iterator[Company]:
    """Enter the company to do `action` there: services called inside see its rows and no others.

    Raises: CompanyMustExist for a company that is not open to the principal, whether it exists or not;
    AccessMustBeGranted for a member who may not do this.
    """
    if principal.user_id is None:
        company = company_by_code(code=company_code)
        _require(principal, action, company.id)
        with scope([company.id]), calling_as(principal=principal.urn, company=company.id):
            yield company
        return
    found = companies_open_to(principal)
    membership = next((each for each in found if each.company_code == company_code), None)
    if membership is None:
        raise company_must_exist(code=company_code)
    company_id = membership.company_id
    _require(principal, action, company_id)
    with scope([company_id]), calling_as(principal=principal.urn, company=company_id):
        yield membership.company


def _require(principal: Principal, action: str, company_id: UUID) -> None:
    try:
        get(Authorizer).require(principal=principal, action=action, company_id=company_id)
    except ApprovalMustComeFirst:
        # Refused here, nobody could ever propose it: the service behind asks again and does.
        declared = find_action(action)
        if declared is None or not (declared.is_proposed or can_wait(action)):
            raise
