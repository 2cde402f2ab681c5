# SPDX-License-Identifier: Apache-2.0
"""Ask whether somebody may do something for a publisher, and find it."""

from uuid import UUID

from apps.plugins.adapters.market_actions import KEEP_PUBLISHER, SEE_PUBLISHER
from apps.plugins.adapters.marketplace_objects import owned_by, publisher_as_resource
from apps.plugins.models import Publisher
from apps.plugins.selectors.marketplace.publishers import own_publisher
from cortex.ports.authorizer import Authorizer
from cortex.ports.principal import Principal
from cortex.ports.registry import get


def require_keeper(*, namespace: str, principal: Principal) -> Publisher:
    """Return the publisher, locked; raises PublisherMustExist for another's too, AccessMustBeGranted."""
    row = own_publisher(namespace=namespace, owner=principal, for_update=True)
    get(Authorizer).require(
        principal=principal, action=KEEP_PUBLISHER, company_id=None, resource=publisher_as_resource(row)
    )
    return row


def require_seer(principal: Principal) -> None:
    """Refuse a token that may not see what its person publishes; raises AccessMustBeGranted."""
    own = owned_by(principal.urn, object_id=principal.user_id or UUID(int=0))
    get(Authorizer).require(principal=principal, action=SEE_PUBLISHER, company_id=None, resource=own)
