# SPDX-License-Identifier: Apache-2.0
"""The question about one object, asked in full before it is changed."""

from uuid import UUID

from cortex.errors import CortexError
from cortex.ports.authorizer import Authorizer, Resource
from cortex.ports.principal import Principal
from cortex.ports.registry import get


def require_on(
    resource: Resource,
    *,
    principal: Principal,
    action: str,
    company_id: UUID,
    read_action: str,
    missing: CortexError,
) -> None:
    """Require the action on this object; raise `missing` to whoever may look at others, but not at this one.

    A refusal that names the reason would tell that the object is there. Whoever may look at nothing here,
    such as a token with the scope of the action alone, is asked for the action only.
    """
    authorizer = get(Authorizer)

    def may_look(at: Resource | None) -> bool:
        return authorizer.decide(
            principal=principal, action=read_action, company_id=company_id, resource=at
        ).is_allowed

    if not may_look(resource) and may_look(None):
        raise missing
    authorizer.require(principal=principal, action=action, company_id=company_id, resource=resource)


def require_for_new(resource: Resource, *, principal: Principal, action: str, company_id: UUID) -> None:
    """Require the action on an object that does not exist yet, given with all its attributes.

    Many are made in one call, so only a refusal is written down: the yes to the call itself was before.
    """
    authorizer = get(Authorizer)
    decision = authorizer.decide(principal=principal, action=action, company_id=company_id, resource=resource)
    if not decision.is_allowed:
        authorizer.require(principal=principal, action=action, company_id=company_id, resource=resource)
