# SPDX-License-Identifier: Apache-2.0
"""Confirm that a namespace is its publisher's domain: somebody looked, and says at what."""

from apps.plugins.adapters.market_actions import CONFIRM_PUBLISHER
from apps.plugins.adapters.marketplace_objects import publisher_as_resource
from apps.plugins.domain.marketplace.publishing_errors import NamespaceMustBeFree
from apps.plugins.domain.marketplace.reason import read_reason
from apps.plugins.models import Publisher
from apps.plugins.selectors.marketplace.documents import PUBLISHER_TYPE, publisher_digest
from apps.plugins.selectors.marketplace.publishers import found_publisher
from apps.plugins.services.marketplace.record_verb import record_verb
from cortex.database.transactions import transactional
from cortex.ports.authorizer import Authorizer
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get


@transactional
def confirm_namespace(*, namespace: str, seen: str, confirmed_by: Principal) -> Publisher:
    """Let the publisher send plugins in; `seen` says what proved whose domain it is, such as a DNS record.

    Raises: PublisherMustExist, NamespaceMustBeFree where it was confirmed before, ReasonMustBeGiven,
    AccessMustBeGranted.
    """
    row = found_publisher(namespace=namespace, for_update=True)
    get(Authorizer).require(
        principal=confirmed_by,
        action=CONFIRM_PUBLISHER,
        company_id=None,
        resource=publisher_as_resource(row),
    )
    if row.confirmed_at is not None:
        raise NamespaceMustBeFree(
            f"Namespace {namespace}: expected one that waits to be confirmed, got one that is.",
            evidence={"object": namespace, "expected": "unconfirmed", "got": "confirmed"},
        )
    before = publisher_digest(row)
    row.confirmation = read_reason(seen, of=f"the confirmation of {namespace}")
    row.confirmed_by, row.confirmed_at = confirmed_by.urn, get(Clock).now()
    row.save(update_fields=["confirmation", "confirmed_by", "confirmed_at"])
    record_verb(
        actor=confirmed_by,
        verb=CONFIRM_PUBLISHER,
        object_type=PUBLISHER_TYPE,
        object_id=row.id,
        digest=publisher_digest(row),
        before=before,
    )
    return row
