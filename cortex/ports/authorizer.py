# SPDX-License-Identifier: Apache-2.0
"""The one question of access control: may this principal do this here?"""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from cortex.errors import CortexError
from cortex.ports.principal import Principal


class AccessMustBeGranted(CortexError):
    """The principal may not do this here."""

    code = "policy.access_must_be_granted"
    status = 403


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer and why; anything but a clear yes is a no."""

    is_allowed: bool
    reason: str


class Authorizer(Protocol):
    """Deny by default. The membership authorizer answers now, a policy engine later."""

    def decide(self, *, principal: Principal, action: str, company_id: UUID | None) -> Decision:
        """Answer without raising."""
        ...

    def require(self, *, principal: Principal, action: str, company_id: UUID | None) -> None:
        """Raise AccessMustBeGranted unless the decision is a yes."""
        ...
