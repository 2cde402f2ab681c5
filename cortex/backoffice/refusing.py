# SPDX-License-Identifier: Apache-2.0
"""The one way in which the administration refuses somebody: each denial is recorded, then answered with 403.

Whether a link or a button is shown is asked with `decide` and denies nothing. What is opened all the same is
denied here, by our pages and, through the site, by those of the library.
"""

from contextlib import suppress
from typing import NoReturn
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from cortex.identity.principals import principal_of
from cortex.policy.access import companies_open_to
from cortex.policy.actions import find_action
from cortex.policy.declarations import declaration_of
from cortex.ports.authorizer import AccessMustBeGranted, Authorizer, Resource
from cortex.ports.principal import Principal
from cortex.ports.registry import get

_REASON = "the page does not do this, or not now"


class DenialIsRecorded(PermissionDenied):
    """Refused, with a decision in the log."""


def refuse(
    request: HttpRequest,
    *,
    action: str,
    company_id: UUID | None = None,
    about: Resource | None = None,
    reason: str = _REASON,
) -> NoReturn:
    """Record that the person was denied the action, and answer with 403.

    Where neither company nor platform is meant, it was denied in each company that is open to the person.
    """
    record_denial(request, action=action, company_id=company_id, about=about, reason=reason)
    raise DenialIsRecorded


def refuse_this_page(request: HttpRequest) -> NoReturn:
    """Refuse what the page declares."""
    record_denial_of_page(request)
    raise DenialIsRecorded


def record_denial_of_page(request: HttpRequest) -> None:
    """Record that the person was denied what the page declares, or the page where it declares no action."""
    match = request.resolver_match
    declared = declaration_of(match.func) if match else None
    action = declared.action_for(request.method or "GET") if declared else None
    reason = (declared.reason if declared else "") or _REASON
    record_denial(request, action=action or (match.view_name if match else "admin"), reason=reason)


def record_denial(
    request: HttpRequest,
    *,
    action: str,
    company_id: UUID | None = None,
    about: Resource | None = None,
    reason: str = _REASON,
) -> None:
    """Record a no for the company, for each that is open to the person, or for the platform."""
    principal, authorizer = principal_of(request), get(Authorizer)
    asked = [company_id] if company_id else _homes(principal, action)
    denied = [
        each
        for each in asked
        if not authorizer.decide(
            principal=principal, action=action, company_id=each, resource=about
        ).is_allowed
    ]
    for each in denied or [company_id]:
        with suppress(AccessMustBeGranted):
            authorizer.refuse(
                principal=principal, action=action, company_id=each, resource=about, reason=reason
            )


def _homes(principal: Principal, action: str) -> list[UUID | None]:
    declared = find_action(action)
    if declared is None or declared.is_of_the_platform:
        return [None]
    return [each.company_id for each in companies_open_to(principal)] or [None]
