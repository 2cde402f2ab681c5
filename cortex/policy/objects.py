# SPDX-License-Identifier: Apache-2.0
"""The question about one object, asked in full before it is changed."""

from uuid import UUID

from cortex.errors import CortexError
from cortex.identity.hidden import is_hidden
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
    """Require the action on this object; raise `missing` to whoever it is hidden from."""
    if is_hidden(resource, principal=principal, read_action=read_action, company_id=company_id):
        raise missing
    get(Authorizer).require(principal=principal, action=action, company_id=company_id, resource=resource)


def require_for_new(resource: Resource, *, principal: Principal, action: str, company_id: UUID) -> None:
    """Require the action on an object that does not exist yet, given with all its attributes.

    Many are made in one call, so only a refusal is written down: the yes to the call itself was before.
    """
    authorizer = get(Authorizer)
    decision = authorizer.decide(principal=principal, action=action, company_id=company_id, resource=resource)
    if not decision.is_allowed:
        authorizer.require(principal=principal, action=action, company_id=company_id, resource=resource)
