# SPDX-License-Identifier: Apache-2.0
"""Where secrets come from."""

from typing import Protocol


class Vault(Protocol):
    """Hands out secrets by name; a secret is never logged, printed or stored by its reader."""

    def read_secret(self, *, name: str) -> str | None:
        """Return the secret, or None when this installation has none of that name."""
        ...
