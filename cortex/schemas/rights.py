# SPDX-License-Identifier: Apache-2.0
"""Ask for an action of the registry: it belongs to the platform, so no company is named."""

from cortex.ports.authorizer import Authorizer
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from cortex.schemas.actions import KEEP


def require_right(*, principal: Principal, action: str) -> None:
    """Raise AccessMustBeGranted unless the principal may do this anywhere on the platform."""
    get(Authorizer).require(principal=principal, action=action, company_id=None)


def acts_for_the_platform(principal: Principal) -> bool:
    """Tell whether this is a service of our own or a platform administrator, whom no company bounds."""
    if principal.kind == "service":
        return True
    return get(Authorizer).decide(principal=principal, action=KEEP, company_id=None).is_allowed


def require_platform_administrator(*, principal: Principal, action: str) -> None:
    """Raise AccessMustBeGranted for anybody of a company: what is changed here counts in all of them."""
    if acts_for_the_platform(principal):
        return
    get(Authorizer).refuse(
        principal=principal,
        action=action,
        company_id=None,
        reason="it concerns every company, and expects a platform administrator",
        remedy="set the mode of a subject of yours, or ask the operator for `cortex schemas mode`",
    )
