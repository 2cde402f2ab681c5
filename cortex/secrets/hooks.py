# SPDX-License-Identifier: Apache-2.0
"""What the room of secrets does when a process ends: it writes what is owed, and gives back what was lent."""

from django.conf import settings

from cortex.boot.lifecycle import hook
from cortex.secrets.chosen import opened
from cortex.secrets.key_uses import USES


@hook("on_shutdown", name="secrets")
def give_back() -> None:
    """Revoke this process's token: processes of a worker's pool end without asking `atexit`."""
    opened(settings.SECRETS).give_back()


@hook("on_shutdown", name="key_uses", after=("secrets", "container"), timeout_seconds=5)
def write_owed_uses() -> None:
    """Write the uses of keys that are still owed. Ends run in reverse: the database is still there."""
    USES.write()
