# SPDX-License-Identifier: Apache-2.0
"""What other rooms must know of plugins: what one may do today that asked for something some time ago."""

from typing import Protocol
from uuid import UUID

from cortex.ports.principal import Principal


class InstalledPlugins(Protocol):
    """The plugins of this installation."""

    def of_today(self, *, company_id: UUID, plugin: Principal) -> Principal | None:
        """Return the plugin with no more than it is granted today, or None where it is not at work here."""
        ...
