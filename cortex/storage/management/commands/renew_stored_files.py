# SPDX-License-Identifier: Apache-2.0
"""`cortex renew_stored_files`: encrypt old files, and bring all under the latest version of the key."""

from typing import Any

from cortex.container.commands import ScopedCommand
from cortex.ports.asking import asks_nothing
from cortex.storage.renewal import renew_stored_files


@asks_nothing("contents stay as they are: they are encrypted under the latest key")
class Command(ScopedCommand):
    """Print how many files were seen and changed."""

    help = "Encrypt files that are still in the clear, and rewrap the keys of all others. May be repeated."

    def handle(self, *_: object, **_options: Any) -> None:
        """Renew."""
        seen, changed = renew_stored_files()
        self.stdout.write(f"{seen} files, {changed} renewed")
