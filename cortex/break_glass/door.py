# SPDX-License-Identifier: Apache-2.0
"""The way into a company for the verbs of emergency access: members', and platform administrators' beside."""

from collections.abc import Iterator
from contextlib import contextmanager

from cortex.break_glass.actions import on_the_platform, require
from cortex.container.providers.callers import calling_as
from cortex.policy.access import companies_open_to, entered
from cortex.ports.authorizer import Authorizer
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from cortex.tenancy import scope
from cortex.tenancy.companies import company_by_code, company_must_exist
from cortex.tenancy.models import Company


@contextmanager
def at_the_door(*, principal: Principal, company_code: str, action: str) -> Iterator[Company]:
    """Enter the company for an action of this room, also where one belongs to no company.

    Raises: CompanyMustExist for a company that is not open to the principal, whether it exists or not;
    AccessMustBeGranted, StepUpMustComeFirst.
    """
    if principal.user_id is None:
        with entered(principal=principal, company_code=company_code, action=action) as company:
            yield company
        return
    company = _company(principal, company_code, action)
    require(principal=principal, action=action, company_id=company.id)
    with scope([company.id]), calling_as(principal=principal.urn, company=company.id):
        yield company


def _company(principal: Principal, code: str, action: str) -> Company:
    own = next((each for each in companies_open_to(principal) if each.company_code == code), None)
    if own is not None:
        return own.company
    on_platform = get(Authorizer).decide(principal=principal, action=on_the_platform(action), company_id=None)
    if not on_platform.is_allowed and not on_platform.needs:
        raise company_must_exist(code=code)
    return company_by_code(code=code)
