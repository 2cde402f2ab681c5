# SPDX-License-Identifier: Apache-2.0
"""Several places for secrets: the first that has the name answers."""

from collections.abc import Sequence

from cortex.confidential import Secret
from cortex.ports.vault import Vault


class ChainedVault:
    """What an operator sets for one process in its environment stands before what all of them share."""

    def __init__(self, vaults: Sequence[Vault]) -> None:
        self._vaults = vaults

    def read_secret(self, *, name: str) -> Secret | None:
        """Return the first answer; a place that cannot be asked is not passed over."""
        found = (vault.read_secret(name=name) for vault in self._vaults)
        return next((secret for secret in found if secret is not None), None)
