# SPDX-License-Identifier: Apache-2.0
"""Where secrets come from."""

from typing import Protocol

from cortex.confidential import Secret
from cortex.errors import CortexError


class VaultMustBeReachable(CortexError):
    """The vault is sealed, slow or gone, and what is asked for is not kept here, or no longer.

    Nothing was done. It passes by itself; callers try again after `retry_after_seconds`.
    """

    code = "secrets.vault_must_be_reachable"
    status = 503
    retry_after_seconds = 10


class Vault(Protocol):
    """Hands out secrets by name; a secret is never logged, printed or stored by its reader.

    Readers ask each time they need one: how long a value may be kept is the adapter's to decide, and a
    rotated secret then counts without a restart.
    """

    def read_secret(self, *, name: str) -> Secret | None:
        """Return the secret, or None when this installation has none of that name.

        Raises: VaultMustBeReachable.
        """
        ...
