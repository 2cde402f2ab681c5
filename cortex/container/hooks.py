# SPDX-License-Identifier: Apache-2.0
"""What the container does when a process ends. Its beginning is that the applications are loaded."""

from cortex.boot.lifecycle import hook
from cortex.container.scopes import answering


@hook("on_shutdown", name="container")
def close_adapters() -> None:
    """Close what this process made for itself, the last first: connections, producers."""
    answering().close()
