# SPDX-License-Identifier: Apache-2.0
"""Claim a namespace: the first who does has it, and nobody has one that looks like it."""

import re

from django.db import connection

from apps.plugins.adapters.market_actions import KEEP_PUBLISHER
from apps.plugins.adapters.marketplace_objects import owned_by
from apps.plugins.domain.marketplace.namespace import (
    namespace_must_be_free,
    overlap,
    require_namespace,
    skeleton,
)
from apps.plugins.domain.marketplace.publishing_errors import PublisherMustBeWellFormed
from apps.plugins.domain.shown_text import hidden_character
from apps.plugins.models import Publisher
from apps.plugins.selectors.marketplace.documents import PUBLISHER_TYPE, publisher_digest
from apps.plugins.services.marketplace.record_verb import record_verb
from cortex.database.transactions import transactional
from cortex.ids import uuid7
from cortex.ports.authorizer import Authorizer
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get

CLAIM = "plugins.publisher.claim"
NAMESPACES_MAX = 5
_CONTACT = re.compile(r"(?:https://|mailto:)[!-~]{3,190}")
# Claims take turns: two that look alike could both find nothing in their way.
_TURN = 6_104_206


@transactional
def claim_namespace(*, namespace: str, name: str, contact: str, claimed_by: Principal) -> Publisher:
    """Store the publisher and return it; it publishes nothing before somebody confirmed whose domain it is.

    Raises: NamespaceMustBeWellFormed, NamespaceMustBeFree, PublisherMustBeWellFormed, AccessMustBeGranted.
    """
    row = Publisher(
        id=uuid7(),
        namespace=require_namespace(namespace),
        skeleton=skeleton(namespace),
        name=_shown(name),
        contact=_reachable(contact),
        owner=claimed_by.urn,
        claimed_at=get(Clock).now(),
    )
    get(Authorizer).require(
        principal=claimed_by,
        action=KEEP_PUBLISHER,
        company_id=None,
        resource=owned_by(claimed_by.urn, object_id=row.id),
    )
    if claimed_by.user_id is None:
        raise _malformed("a publisher of a person", "a service")
    row.owner_user_id = claimed_by.user_id
    _require_free(row)
    row.save(force_insert=True)
    record_verb(
        actor=claimed_by,
        verb=CLAIM,
        object_type=PUBLISHER_TYPE,
        object_id=row.id,
        digest=publisher_digest(row),
    )
    return row


def _require_free(row: Publisher) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_TURN])
    claimed = Publisher.objects.values_list("namespace", "skeleton", "owner_user_id")
    for namespace, seen, owner in claimed.iterator():
        # One's own namespace may lie below another of one's own; looking alike helps nobody.
        is_in_the_way = overlap(namespace, row.namespace) and owner != row.owner_user_id
        if namespace == row.namespace or seen == row.skeleton or is_in_the_way:
            raise namespace_must_be_free(row.namespace, taken=namespace)
    if Publisher.objects.filter(owner_user_id=row.owner_user_id).count() >= NAMESPACES_MAX:
        raise namespace_must_be_free(row.namespace, taken=f"{NAMESPACES_MAX} namespaces of yours")


def _shown(name: str) -> str:
    text = name.strip()
    if not 1 <= len(text) <= 100 or hidden_character(text):
        raise _malformed("a name of 1 to 100 characters that can all be seen", ascii(text)[:80])
    return text


def _reachable(contact: str) -> str:
    if not _CONTACT.fullmatch(contact):
        raise _malformed("a contact such as mailto:plugins@example.com or https://…", ascii(contact)[:80])
    return contact


def _malformed(expected: str, got: str) -> PublisherMustBeWellFormed:
    return PublisherMustBeWellFormed(
        f"Publisher: expected {expected}, got {got}.",
        evidence={"object": "publisher", "expected": expected, "got": got},
    )
