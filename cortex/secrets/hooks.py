# SPDX-License-Identifier: Apache-2.0
"""What the room of secrets does when a process ends: it gives back what a vault lent it."""

from django.conf import settings

from cortex.boot.lifecycle import hook
from cortex.secrets.chosen import opened


@hook("on_shutdown", name="secrets")
def give_back() -> None:
    """Revoke this process's token: processes of a worker's pool end without asking `atexit`."""
    opened(settings.SECRETS).give_back()
