# SPDX-License-Identifier: Apache-2.0
"""Whether a refusal would tell that an object is there: then it must be answered as one that is not."""

from uuid import UUID

from cortex.ports.authorizer import Authorizer, Resource
from cortex.ports.principal import Principal
from cortex.ports.registry import get


def is_hidden(resource: Resource, *, principal: Principal, read_action: str, company_id: UUID) -> bool:
    """Return whether somebody may look at others of the company, but not at this one.

    Whoever may look at none, such as a token with the scope of the verb alone, is asked for the verb.
    """

    def may_look(at: Resource | None) -> bool:
        decided = get(Authorizer).decide(
            principal=principal, action=read_action, company_id=company_id, resource=at
        )
        return decided.is_allowed

    return not may_look(resource) and may_look(None)
