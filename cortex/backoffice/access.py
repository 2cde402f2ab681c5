# SPDX-License-Identifier: Apache-2.0
"""Which companies somebody may look at in the administration."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from cortex.identity.models import LOOK_AT_PLATFORM, User
from cortex.identity.principals import principal_of, principal_of_user
from cortex.identity.standing import Standing
from cortex.policy.access import companies_open_to
from cortex.ports.authorizer import Authorizer
from cortex.ports.principal import Principal
from cortex.ports.registry import get
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
    """Return the person's companies where the authorizer allows `action`; without one, none.

    A platform administrator is a member of nothing and is not asked for here: see `sees_everything`.
    """
    user = _user(request)
    if user is None or action is None:
        return []
    return get(Standing).recalled(
        ("readable companies", user.id, action), read=lambda: _readable(request, action)
    )


def reader_of(request: HttpRequest) -> Principal | None:
    """Return in whose name rows are read: nobody's for a platform administrator, who sees all of them."""
    user = _user(request)
    if user is None:
        raise PermissionDenied
    return None if sees_everything(request) else principal_of_user(user)


def sees_everything(request: HttpRequest) -> bool:
    """Return whether the policies let somebody look at every company, as a platform administrator."""
    user = _user(request)
    return user is not None and user.may_on_platform(LOOK_AT_PLATFORM)


def _readable(request: HttpRequest, action: str) -> list[UUID]:
    # With the credentials of the session: some actions are open to whoever gave a second factor in it.
    asker = principal_of(request)
    return [
        company_id
        for company_id in companies_of(request)
        if get(Authorizer).decide(principal=asker, action=action, company_id=company_id).is_allowed
    ]


def _user(request: HttpRequest) -> User | None:
    user = request.user
    return user if isinstance(user, User) and user.is_active and user.is_staff else None
