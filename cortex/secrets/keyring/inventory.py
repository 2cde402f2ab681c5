# SPDX-License-Identifier: Apache-2.0
"""Which versions of which keys a keeper has, told without showing any of them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import sha256

import structlog

from cortex.errors import CortexError
from cortex.ports.key_management import KeyVersion
from cortex.secrets.keyring.local import KeyMaterial, LocalKeyManagement

Held = Callable[[], Sequence[KeyVersion]]
_log = structlog.get_logger(__name__)


class InventoryByKeeper:
    """Asks each keeper by itself: one that is away hides nothing of the others."""

    def __init__(self, keepers: Mapping[str, Held]) -> None:
        self._keepers = keepers

    def held(self) -> Mapping[str, Sequence[KeyVersion] | None]:
        """Return each keeper's versions, None where it could not be asked."""
        return {name: _asked(name, ask) for name, ask in self._keepers.items()}


def local_inventory(material: KeyMaterial, *, names: Callable[[], Iterable[str]]) -> Held:
    """Return what looks through key material that this process may see."""
    keys = LocalKeyManagement(material)

    def mark(key_id: str, version: int) -> str:
        return sha256(keys.public_key(key_id=key_id, version=version).raw).hexdigest()

    def held() -> list[KeyVersion]:
        return [
            KeyVersion(material.keeper, key_id, version, mark(key_id, version))
            for key_id in names()
            for version in material.versions(key_id=key_id)
        ]

    return held


def _asked(name: str, ask: Held) -> Sequence[KeyVersion] | None:
    try:
        return ask()
    except CortexError as error:
        _log.warning("keys_not_seen", keeper=name, code=error.code, reason=error.message)
        return None
