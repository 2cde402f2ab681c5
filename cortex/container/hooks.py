# SPDX-License-Identifier: Apache-2.0
"""What the container does when a process ends. Its beginning is that the applications are loaded."""

from cortex.boot.lifecycle import hook
from cortex.container.scopes import answering


# Before the room of secrets ends: connections may be under its logins.
@hook("on_shutdown", name="container", after=("secrets",))
def close_adapters() -> None:
    """Close what this process made for itself, the last first: connections, producers."""
    answering().close()
