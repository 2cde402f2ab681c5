# SPDX-License-Identifier: Apache-2.0
"""One scope for each run of a management command."""

from typing import Any

from django.core.management.base import BaseCommand

from cortex.container.scopes import scope


class ScopedCommand(BaseCommand):
    """The base of every command of ours."""

    def execute(self, *args: Any, **options: Any) -> str | None:
        """Run inside a scope that closes whatever comes of it."""
        with scope(kind="command"):
            return super().execute(*args, **options)
