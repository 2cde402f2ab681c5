# SPDX-License-Identifier: Apache-2.0
"""Look at publishers."""

from uuid import UUID

from apps.plugins.domain.marketplace.publishing_errors import PublisherKeyMustBeKnown, PublisherMustExist
from apps.plugins.models import Publisher, PublisherKey
from cortex.database.transactions import transactional
from cortex.ports.principal import Principal

SHOWN_MAX = 200


@transactional
def publishers_of(*, owner: Principal) -> list[Publisher]:
    """Return the publishers that a person owns, by namespace."""
    if owner.user_id is None:
        return []
    rows = Publisher.objects.filter(owner_user_id=owner.user_id).order_by("namespace")
    return list(rows.prefetch_related("keys")[:SHOWN_MAX])


@transactional
def found_publisher(*, namespace: str, for_update: bool = False) -> Publisher:
    """Return a publisher, locked if asked; raises PublisherMustExist."""
    rows = Publisher.objects.select_for_update() if for_update else Publisher.objects.all()
    found = rows.filter(namespace=namespace).first()
    if found is None:
        raise publisher_must_exist(namespace)
    return found


@transactional
def own_publisher(*, namespace: str, owner: Principal, for_update: bool = False) -> Publisher:
    """Return a publisher of this person; raises PublisherMustExist also for another's."""
    found = found_publisher(namespace=namespace, for_update=for_update)
    if owner.user_id is None or found.owner_user_id != owner.user_id:
        raise publisher_must_exist(namespace)
    return found


@transactional
def found_key(*, publisher: Publisher, keyid: str) -> PublisherKey:
    """Return a publisher's key, locked; raises PublisherKeyMustBeKnown."""
    found = PublisherKey.objects.select_for_update().filter(publisher=publisher, keyid=keyid).first()
    if found is None:
        raise PublisherKeyMustBeKnown(
            f"Key {ascii(keyid)[:80]}: expected one of publisher {publisher.namespace}, got none.",
            evidence={"object": ascii(keyid)[:80], "expected": "a key of the publisher"},
        )
    return found


@transactional
def keys_that_count(*, publisher_id: UUID) -> list[PublisherKey]:
    """Return the keys of a publisher that were proved and not revoked."""
    rows = PublisherKey.objects.filter(publisher_id=publisher_id, verified_at__isnull=False)
    return list(rows.filter(revoked_at__isnull=True).order_by("id"))


def publisher_must_exist(namespace: str) -> PublisherMustExist:
    """Return the error that says so, the same for another's publisher and for none."""
    told = ascii(namespace)[:80]
    return PublisherMustExist(
        f"Publisher {told}: expected one that you can see, got none.",
        evidence={"object": "publisher", "got": told},
    )
