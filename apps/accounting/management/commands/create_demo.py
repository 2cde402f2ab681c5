# SPDX-License-Identifier: Apache-2.0
"""`create_demo`: make the company to try everything on."""

from typing import Any

from django.core.management.base import BaseCommand

from apps.accounting.services.create_demo_company import CODE, create_demo_company
from cortex import clock
from cortex.ports.principal import Principal


class Command(BaseCommand):
    """Create company DEMO with believable books; once made, it is left alone."""

    help = "Create company DEMO with believable books up to today, three people and one OAuth2 client."

    def handle(self, *args: Any, **options: Any) -> None:
        """Create it and say what was done."""
        summary = create_demo_company(today=clock.today(), created_by=Principal.service("console"))
        if summary.was_created:
            self.stdout.write(f"Created company {CODE} with {summary.entries} journal entries.")
        else:
            self.stdout.write(f"Company {CODE} exists; nothing was changed.")
