# SPDX-License-Identifier: Apache-2.0
"""Ask for an action of the registry: it belongs to the platform, so no company is named."""

from cortex.ports.authorizer import Authorizer
from cortex.ports.principal import Principal
from cortex.ports.registry import get


def require_right(*, principal: Principal, action: str) -> None:
    """Raise AccessMustBeGranted unless the principal may do this anywhere on the platform."""
    get(Authorizer).require(principal=principal, action=action, company_id=None)
