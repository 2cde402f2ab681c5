# SPDX-License-Identifier: Apache-2.0
"""One scope for each run of a management command."""

from typing import Any

from django.core.management.base import BaseCommand

from cortex.container.scopes import scope
from cortex.ports.waiting_verbs import VerbMustWait, propose_wish


class ScopedCommand(BaseCommand):
    """The base of every command of ours."""

    def execute(self, *args: Any, **options: Any) -> str | None:
        """Run inside a scope that closes whatever comes of it."""
        with scope(kind="command"):
            try:
                return super().execute(*args, **options)
            except VerbMustWait as waits:
                self._propose(waits)
                return None

    def _propose(self, waits: VerbMustWait) -> None:
        """Propose what must wait, and say under which id."""
        self.stdout.write(f"proposed {propose_wish(waits).id}")
