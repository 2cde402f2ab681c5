# SPDX-License-Identifier: Apache-2.0
"""The table of published keys: which are believed, and how a new one takes over."""

from datetime import datetime, timedelta

from django.db.models import Q
from django.db.models.functions import Coalesce
from oauth2_provider.settings import oauth2_settings

from cortex.database.transactions import transactional
from cortex.ports.key_management import PublicKey
from cortex.ports.principal import Principal
from cortex.programs.errors import SigningKeyMustBeTrusted, SigningKeyMustExist
from cortex.programs.keys.published import PublishedKey, thumbprint
from cortex.programs.keys.trail import key_digest, log_key
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
    return [_published(row) for row in rows if is_its_own(row)]


def is_its_own(key: SigningKey) -> bool:
    """Return whether the row's public key is the one of its id; an exchanged one verifies nothing."""
    return thumbprint(bytes(key.public_key)) == key.kid


@transactional
def publish(*, public: PublicKey, at: datetime, by: Principal, is_asked_for: bool = False) -> PublishedKey:
    """Make this the key that signs; the one before it is believed for a while more.

    Its leaf is written with it, also where it was there without one. Raises: SigningKeyMustBeTrusted.
    """
    kid = thumbprint(public.raw)
    row, is_new = SigningKey.objects.get_or_create(
        kid=kid,
        defaults={
            "keeper": public.keeper,
            "key_id": public.key_id,
            "version": public.version,
            "public_key": public.raw,
            "published_at": at,
        },
    )
    if row.withdrawn_at is not None or not is_its_own(row):
        got = "was withdrawn" if row.withdrawn_at else "stands with another public key than its keeper's"
        raise SigningKeyMustBeTrusted(
            f"Key {kid}: it {got} and is still the latest. Rotate it: `cortex oauth_keys rotate`.",
            evidence={"object": "signing key", "got": kid, "remedy": "rotate the key"},
        )
    SigningKey.objects.filter(retired_at__isnull=True).exclude(kid=kid).update(retired_at=at)
    SigningKey.objects.filter(kid=kid).update(retired_at=None)
    return _published(_told(kid, is_new=is_new, by=by, is_asked_for=is_asked_for))


def _told(kid: str, *, is_new: bool, by: Principal, is_asked_for: bool) -> SigningKey:
    """Leave the leaf unless one tells of the key already; of processes at once the first one does."""
    row = SigningKey.objects.select_for_update().get(kid=kid)
    if is_asked_for or not row.is_told:
        before = None if is_new else key_digest(row)
        log_key("programs.signing_key.published", row, before=before, by=by)
        SigningKey.objects.filter(kid=kid).update(is_told=True)
        row.is_told = True
    return row


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
        is_told=row.is_told,
    )
