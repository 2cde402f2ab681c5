# SPDX-License-Identifier: Apache-2.0
"""`cortex renew_sealed_fields`: seal fields that are in the clear, and wrap their keys anew."""

from typing import Any

from cortex.container.commands import ScopedCommand
from cortex.ports.asking import asks_nothing


@asks_nothing("texts stay as they are: they are sealed under the newest key")
class Command(ScopedCommand):
    """Print how many texts were sealed and how many keys were wrapped anew."""

    help = "Seal fields that are in the clear or under an older key, and rewrap their keys. May be repeated."

    def handle(self, *_: object, **_options: Any) -> None:
        """Renew."""
        from cortex.sealed_fields.renewal import renew_sealed_fields  # noqa: PLC0415 - it loads cryptography

        done = renew_sealed_fields()
        self.stdout.write(
            f"{done.sealed} texts sealed, {done.sealed_anew} sealed anew, "
            f"{done.keys} keys, {done.rewrapped} renewed"
        )
