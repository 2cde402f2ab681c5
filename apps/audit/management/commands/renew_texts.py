# SPDX-License-Identifier: Apache-2.0
"""`cortex renew_texts`: seal texts of the log, and bring their keys under the latest version."""

from typing import Any

from cortex.container.commands import ScopedCommand
from cortex.ports.asking import asks_nothing


@asks_nothing("texts stay as they are: they are encrypted under the latest key")
class Command(ScopedCommand):
    """Print how many texts were sealed and how many keys were wrapped anew."""

    help = (
        "Seal texts beside the log that are in the clear, and rewrap the keys of all others. May be repeated."
    )

    def handle(self, *_: object, **_options: Any) -> None:
        """Renew."""
        from apps.audit.services.privacy.renew_texts import renew_texts  # noqa: PLC0415 - it loads cryptography

        done = renew_texts()
        self.stdout.write(f"{done.sealed} texts sealed, {done.keys} keys, {done.rewrapped} renewed")
