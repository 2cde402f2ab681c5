# SPDX-License-Identifier: Apache-2.0
"""What can be done with emergency access; who may is said in `policies/`."""

from uuid import UUID

from cortex.policy.actions import Action, declare
from cortex.ports.authorizer import Authorizer, Decision, Resource
from cortex.ports.principal import Principal
from cortex.ports.registry import get

READ = "break_glass.access.read"
OPEN = "break_glass.access.open"
END = "break_glass.access.end"
REVIEW = "break_glass.access.review"
EXPIRE = "break_glass.access.expire"
ACCESS = "BreakGlass::Access"
# Platform administrators are members of no company: they are asked for the same verb on the platform.
_ON_THE_PLATFORM = {
    code: code.replace("break_glass.access.", "break_glass.platform_access.")
    for code in (READ, OPEN, END, REVIEW)
}


def declare_actions() -> None:
    """Register every action of the room."""
    about = frozenset({ACCESS})
    for code, title, verb in (
        (READ, "See emergency access", "read"),
        (OPEN, "Open emergency access", "write"),
        (END, "End emergency access", "write"),
        (REVIEW, "Review emergency access that is over", "write"),
        (EXPIRE, "Write down that emergency access is over", "write"),
    ):
        declare(Action(code=code, title=title, scope=f"break_glass:{verb}", resources=about))
        if code in _ON_THE_PLATFORM:
            declare(Action(_ON_THE_PLATFORM[code], f"{title} in any company", f"platform:{verb}", about))


def on_the_platform(action: str) -> str:
    """Return the action by which the platform lets in whoever belongs to no company."""
    return _ON_THE_PLATFORM.get(action, action)


def answer_to(
    *, principal: Principal, action: str, company_id: UUID, resource: Resource | None = None
) -> Decision:
    """Return what the company says or, where that is no, what the platform says; nothing is recorded."""
    asked = _asked(principal, action, company_id, resource)
    return get(Authorizer).decide(principal=principal, action=asked, company_id=company_id, resource=resource)


def require(*, principal: Principal, action: str, company_id: UUID, resource: Resource | None = None) -> None:
    """Require the action in the company or on the platform; raises AccessMustBeGranted or what it needs."""
    asked = _asked(principal, action, company_id, resource)
    get(Authorizer).require(principal=principal, action=asked, company_id=company_id, resource=resource)


def _asked(principal: Principal, action: str, company_id: UUID, resource: Resource | None) -> str:
    """Return the action of the platform where it alone lets in, else the company's."""
    for asked in (action, on_the_platform(action)):
        decided = get(Authorizer).decide(
            principal=principal, action=asked, company_id=company_id, resource=resource
        )
        if decided.is_allowed or decided.needs:
            return asked
    return action
