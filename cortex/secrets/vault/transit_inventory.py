# SPDX-License-Identifier: Apache-2.0
"""Which versions of our keys the vault's transit engine has.

It is asked for each key by its name: a policy that lists the engine would show other programs' keys.
"""

from collections.abc import Callable, Iterable
from contextlib import suppress

from cortex.canonical_json import canonical_digest
from cortex.ports.key_management import KeyMustExist, KeyVersion
from cortex.secrets.vault.transit import KEEPER, TransitKeyManagement


def transit_inventory(keys: TransitKeyManagement, *, names: Iterable[str]) -> Callable[[], list[KeyVersion]]:
    """Return what looks through these keys; one that the vault does not have has no versions."""

    def held() -> list[KeyVersion]:
        return [each for name in names for each in _versions(keys, name)]

    return held


def _versions(keys: TransitKeyManagement, key_id: str) -> list[KeyVersion]:
    found = dict[int, object]()
    with suppress(KeyMustExist):
        found = keys.versions(key_id=key_id)
    # When it was made and, of a key that signs, its public half: a key of the same name that was made anew
    # has other ones.
    return [KeyVersion(KEEPER, key_id, number, canonical_digest(told)) for number, told in found.items()]
