# SPDX-License-Identifier: Apache-2.0
"""Which companies somebody may look at in the administration."""

from uuid import UUID

from django.http import HttpRequest

from cortex.backoffice.refusing import refuse_this_page
from cortex.identity.models import LOOK_AT_PLATFORM, User
from cortex.identity.principals import principal_of, principal_of_user
from cortex.identity.standing import Standing
from cortex.policy.access import companies_open_to
from cortex.policy.actions import find_action
from cortex.ports.authorizer import Authorizer, Decision
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from cortex.ports.waiting_verbs import can_wait
from cortex.tenancy.companies import all_company_ids


def companies_of(request: HttpRequest) -> list[UUID]:
    """Return the companies of the person: all for a platform administrator, else what is open to it."""
    user = _user(request)
    if user is None:
        return []
    if sees_everything(request):
        return all_company_ids()
    return [each.company_id for each in companies_open_to(principal_of_user(user))]


def readable_companies(request: HttpRequest, *, action: str | None) -> list[UUID]:
    """Return the companies open to the person where the authorizer allows `action`; without one, none.

    To look after the platform opens no company: see `sees_everything`.
    """
    user = _user(request)
    if user is None or action is None:
        return []
    return get(Standing).recalled(
        ("readable companies", user.id, action), read=lambda: _readable(request, user, action)
    )


def companies_to_act_in(request: HttpRequest, *, action: str) -> list[UUID]:
    """Return the companies open to the person where it may do `action`, or propose it to a second person."""
    user = _user(request)
    if user is None:
        return []
    return get(Standing).recalled(
        ("companies to act in", user.id, action), read=lambda: _to_act_in(request, user, action)
    )


def is_done_or_proposed(decided: Decision, *, action: str) -> bool:
    """Return whether it is allowed, or lacks a second person alone and can wait for one."""
    if decided.is_allowed:
        return True
    declared = find_action(action)
    is_proposed = declared is not None and (declared.is_proposed or can_wait(action))
    return is_proposed and decided.needs == {"approval"}


def reader_of(request: HttpRequest) -> Principal:
    """Return in whose name rows are read; raises PermissionDenied."""
    user = _user(request)
    if user is None:
        refuse_this_page(request)
    return principal_of_user(user)


def sees_everything(request: HttpRequest) -> bool:
    """Return whether the policies let somebody look after every company; its books are not part of that."""
    user = _user(request)
    return user is not None and user.may_on_platform(LOOK_AT_PLATFORM)


def _readable(request: HttpRequest, user: User, action: str) -> list[UUID]:
    # With the credentials of the session: some actions are open to whoever gave a second factor in it.
    asker = principal_of(request)
    return [
        each.company_id
        for each in companies_open_to(principal_of_user(user))
        if get(Authorizer).decide(principal=asker, action=action, company_id=each.company_id).is_allowed
    ]


def _to_act_in(request: HttpRequest, user: User, action: str) -> list[UUID]:
    asker = principal_of(request)
    return [
        each.company_id
        for each in companies_open_to(principal_of_user(user))
        if is_done_or_proposed(
            get(Authorizer).decide(principal=asker, action=action, company_id=each.company_id), action=action
        )
    ]


def _user(request: HttpRequest) -> User | None:
    user = request.user
    return user if isinstance(user, User) and user.is_active and user.is_staff else None
