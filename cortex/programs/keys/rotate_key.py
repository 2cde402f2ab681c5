# SPDX-License-Identifier: Apache-2.0
"""Replace the key that signs tokens, and withdraw one that is no longer to be trusted."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from cortex.database.transactions import transactional
from cortex.ports.clock import Clock
from cortex.ports.key_management import KeyManagement
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from cortex.programs.actions import READ_KEYS, ROTATE_KEY, WITHDRAW_KEY
from cortex.programs.asking import require
from cortex.programs.keys.publishing import believed_until, publish, withdraw
from cortex.programs.keys.ring import KEY_ID, SigningKeys
from cortex.programs.keys.trail import key_digest, log_key
from cortex.programs.models import SigningKey

DUE_AFTER = timedelta(days=90)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedKey:
    """A published key; `believed_until` is None for the one that signs."""

    kid: str
    keeper: str
    version: int
    published_at: datetime
    believed_until: datetime | None
    is_withdrawn: bool


def rotate_key(*, rotated_by: Principal) -> str:
    """Let the keeper make a new version, publish it, and return its `kid`.

    Raises: KeyMustBeRotatable where the key follows from SECRET_KEY, VaultMustBeReachable.
    """
    require(principal=rotated_by, action=ROTATE_KEY)
    keys = get(KeyManagement)
    version = keys.rotate(key_id=KEY_ID)
    return publish_version(version=version, published_by=rotated_by)


def publish_version(*, version: int | None, published_by: Principal) -> str:
    """Publish a version that the keeper has, by default the latest; return its `kid`."""
    require(principal=published_by, action=ROTATE_KEY)
    public = get(KeyManagement).public_key(key_id=KEY_ID, version=version)
    key = publish(public=public, at=get(Clock).now(), by=published_by, is_asked_for=True)
    get(SigningKeys).forget()
    return key.kid


def withdraw_key(*, kid: str, withdrawn_by: Principal) -> None:
    """Believe nothing more that this key signed; every process follows within seconds.

    Raises: SigningKeyMustExist.
    """
    require(principal=withdrawn_by, action=WITHDRAW_KEY)

    @transactional
    def withdrawn() -> None:
        row = withdraw(kid=kid, at=get(Clock).now())
        before = key_digest(row)
        row.refresh_from_db()
        log_key("programs.signing_key.withdrawn", row, before=before, by=withdrawn_by)

    withdrawn()
    get(SigningKeys).forget()


def list_keys(*, asked_by: Principal) -> list[ListedKey]:
    """Return every key that was published and not yet forgotten, the newest first."""
    require(principal=asked_by, action=READ_KEYS)
    return [_listed(row) for row in SigningKey.objects.order_by("-published_at")[:100]]


def rotate_if_due(*, rotated_by: Principal) -> str | None:
    """Rotate a key that has signed for three months; None when it is not due.

    An operator of a vault may rotate there: whatever version the keeper has is published when it first signs.
    """
    current = SigningKey.objects.filter(retired_at__isnull=True, withdrawn_at__isnull=True).first()
    if current is not None and not current.is_told:
        get(SigningKeys).publish_latest()
    if current is None or get(Clock).now() < current.published_at + DUE_AFTER:
        return None
    return rotate_key(rotated_by=rotated_by)


def _listed(row: SigningKey) -> ListedKey:
    return ListedKey(
        kid=row.kid,
        keeper=row.keeper,
        version=row.version,
        published_at=row.published_at,
        believed_until=believed_until(row),
        is_withdrawn=row.withdrawn_at is not None,
    )
