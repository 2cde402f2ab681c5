# SPDX-License-Identifier: Apache-2.0
"""Ask the authorizer for an action of the platform."""

from cortex.ports.authorizer import Authorizer
from cortex.ports.principal import Principal
from cortex.ports.registry import get


def require(*, principal: Principal, action: str) -> None:
    """Raise AccessMustBeGranted, or what it needs, unless the principal may do this."""
    get(Authorizer).require(principal=principal, action=action, company_id=None)
