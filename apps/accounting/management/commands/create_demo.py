# SPDX-License-Identifier: Apache-2.0
"""`create_demo`: make the company to try everything on."""

from typing import Any

from apps.accounting.adapters.policy_entities import (
    CLOSE_PERIOD,
    CREATE_ACCOUNT,
    CREATE_LEDGER,
    LOCK_PERIOD,
    OPEN_FISCAL_YEAR,
    POST_ENTRY,
    REVERSE_ENTRY,
)
from apps.accounting.services.create_demo_company import CODE, create_demo_company
from cortex.container.commands import ScopedCommand
from cortex.ports.asking import asks
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get


@asks(
    CREATE_LEDGER,
    CREATE_ACCOUNT,
    OPEN_FISCAL_YEAR,
    POST_ENTRY,
    REVERSE_ENTRY,
    CLOSE_PERIOD,
    LOCK_PERIOD,
    "tenancy.company.create",
    "identity.user.create",
    "identity.platform_role.grant",
    "identity.session.end",
    "identity.membership.grant",
    "programs.client.create",
)
class Command(ScopedCommand):
    """Create company DEMO with believable books; once made, it is left alone."""

    help = "Create company DEMO with believable books up to today, three people and one OAuth2 client."

    def handle(self, *args: Any, **options: Any) -> None:
        """Create it and say what was done."""
        summary = create_demo_company(today=get(Clock).today(), created_by=Principal.service("console"))
        if summary.was_created:
            self.stdout.write(f"Created company {CODE} with {summary.entries} journal entries.")
        else:
            self.stdout.write(f"Company {CODE} exists; nothing was changed.")
