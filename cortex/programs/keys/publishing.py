# SPDX-License-Identifier: Apache-2.0
"""The table of published keys: which are believed, and how a new one takes over."""

from datetime import datetime, timedelta

from django.db.models import Q
from django.db.models.functions import Coalesce
from oauth2_provider.settings import oauth2_settings

from cortex.database.transactions import transactional
from cortex.ports.key_management import PublicKey
from cortex.programs.errors import SigningKeyMustBeTrusted, SigningKeyMustExist
from cortex.programs.keys.published import PublishedKey, thumbprint
from cortex.programs.models import SigningKey


def overlap() -> timedelta:
    """Return how long a retired key is believed: until its last token is over, and a minute more."""
    lives = (oauth2_settings.ACCESS_TOKEN_EXPIRE_SECONDS, oauth2_settings.ID_TOKEN_EXPIRE_SECONDS)
    return timedelta(seconds=max(lives) + 60)


def believed_until(key: SigningKey) -> datetime | None:
    """Return when its signatures count no more; None while it signs."""
    if key.withdrawn_at is not None or key.retired_at is None:
        return key.withdrawn_at
    return key.retired_at + overlap()


def believed_keys(*, now: datetime) -> list[PublishedKey]:
    """Return the keys whose signatures count, the oldest first."""
    fresh = Q(retired_at__isnull=True) | Q(retired_at__gt=now - overlap())
    rows = SigningKey.objects.filter(fresh, withdrawn_at__isnull=True).order_by("published_at")
    return [_published(row) for row in rows]


@transactional
def publish(*, public: PublicKey, at: datetime) -> PublishedKey:
    """Make this the key that signs; the one before it is believed for a while more.

    Raises: SigningKeyMustBeTrusted.
    """
    kid = thumbprint(public)
    row, _ = SigningKey.objects.get_or_create(
        kid=kid,
        defaults={
            "keeper": public.keeper,
            "key_id": public.key_id,
            "version": public.version,
            "public_key": public.raw,
            "published_at": at,
        },
    )
    if row.withdrawn_at is not None:
        raise SigningKeyMustBeTrusted(
            f"Key {kid}: it was withdrawn and is still the latest. Rotate it: `cortex oauth_keys rotate`.",
            evidence={"object": "signing key", "got": kid, "remedy": "rotate the key"},
        )
    SigningKey.objects.filter(retired_at__isnull=True).exclude(kid=kid).update(retired_at=at)
    SigningKey.objects.filter(kid=kid).update(retired_at=None)
    return _published(row)


@transactional
def withdraw(*, kid: str, at: datetime) -> SigningKey:
    """Believe nothing more that this key signed, and return the row as it was before.

    Raises: SigningKeyMustExist.
    """
    row = SigningKey.objects.select_for_update().filter(kid=kid).first()
    if row is None:
        raise SigningKeyMustExist(
            f"Key {kid[:60]}: expected one of `cortex oauth_keys list`, got none.",
            evidence={"object": "signing key", "got": kid[:60], "remedy": "see `cortex oauth_keys list`"},
        )
    SigningKey.objects.filter(kid=kid).update(
        withdrawn_at=Coalesce("withdrawn_at", at), retired_at=Coalesce("retired_at", at)
    )
    return row


def _published(row: SigningKey) -> PublishedKey:
    return PublishedKey(
        kid=row.kid,
        keeper=row.keeper,
        version=row.version,
        raw=bytes(row.public_key),
        published_at=row.published_at,
        retired_at=row.retired_at,
    )
