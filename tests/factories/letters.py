# SPDX-License-Identifier: Apache-2.0
"""Letters in tests."""

from cortex.ports.vault import VaultMustBeReachable


class SealedLetters:
    """Takes no letter, since the vault that would seal it is away."""

    def queue(self, **_: object) -> None:
        raise VaultMustBeReachable("The vault is sealed.", evidence={})
