# SPDX-License-Identifier: Apache-2.0
"""`webhooks --company CODE VERB …`: where a company's events are sent, and what became of each."""

from typing import Any
from uuid import UUID

from django.core.management.base import CommandParser

from cortex.events.actions import CHANGE_WEBHOOKS, READ_WEBHOOKS
from cortex.events.subscribers import EVERY_EVENT
from cortex.events.waiting_verbs import create_or_wait, remove_or_wait, resend_or_wait, set_active_or_wait
from cortex.events.webhooks.deliveries import list_deliveries
from cortex.events.webhooks.endpoints import (
    list_endpoints,
    rotate_secret,
)
from cortex.identity.console import ConsoleCommand
from cortex.policy.access import entered
from cortex.ports.asking import asks, of
from cortex.ports.principal import Principal

_READING = {"list", "deliveries"}


@asks(
    add=of(CHANGE_WEBHOOKS),
    list=of(READ_WEBHOOKS),
    deliveries=of(READ_WEBHOOKS),
    activate=of(CHANGE_WEBHOOKS),
    deactivate=of(CHANGE_WEBHOOKS),
    rotate=of(CHANGE_WEBHOOKS),
    remove=of(CHANGE_WEBHOOKS),
    resend=of(CHANGE_WEBHOOKS),
)
class Command(ConsoleCommand):
    """Create and change the endpoints that events are sent to."""

    help = "Create and change the endpoints that events are sent to."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the verb and what it needs."""
        super().add_arguments(parser)
        verbs = parser.add_subparsers(dest="verb", required=True)
        add = verbs.add_parser("add", help="create an endpoint and print its id and secret")
        add.add_argument("url")
        add.add_argument("--event-type", action="append", dest="event_types", metavar="TYPE")
        add.add_argument("--description", default="")
        verbs.add_parser("list", help="the endpoints")
        verbs.add_parser("deliveries", help="the latest deliveries")
        for verb in ("activate", "deactivate", "rotate", "remove", "resend"):
            verbs.add_parser(verb).add_argument("object_id", type=UUID, metavar="ID")

    def handle(self, *args: Any, verb: str, **options: Any) -> None:
        """Do the verb and print what came of it."""
        principal = self.principal(options["acting_user"])
        action = READ_WEBHOOKS if verb in _READING else CHANGE_WEBHOOKS
        with entered(principal=principal, company_code=options["company"], action=action) as company:
            for line in getattr(self, f"_{verb}")(company.id, principal, options):
                self.stdout.write(line)

    def _add(self, company_id: UUID, principal: Principal, options: dict[str, Any]) -> list[str]:
        endpoint, secret = create_or_wait(
            company_id=company_id,
            url=options["url"],
            event_types=options["event_types"] or [EVERY_EVENT],
            description=options["description"],
            created_by=principal,
        )
        return [f"{endpoint.id} {secret}"]

    def _list(self, company_id: UUID, principal: Principal, options: dict[str, Any]) -> list[str]:
        return [
            f"{endpoint.id} {'active' if endpoint.is_active else 'inactive'} {endpoint.url}"
            f" {','.join(endpoint.event_types)} {endpoint.disabled_reason}".rstrip()
            for endpoint in list_endpoints(company_id=company_id)
        ]

    def _deliveries(self, company_id: UUID, principal: Principal, options: dict[str, Any]) -> list[str]:
        return [
            f"{delivery.id} {delivery.endpoint_id} {delivery.event_id} {delivery.state} {delivery.attempts}"
            for delivery in list_deliveries(company_id=company_id)
        ]

    def _activate(self, company_id: UUID, principal: Principal, options: dict[str, Any]) -> list[str]:
        return self._switch(company_id, principal, options["object_id"], is_active=True)

    def _deactivate(self, company_id: UUID, principal: Principal, options: dict[str, Any]) -> list[str]:
        return self._switch(company_id, principal, options["object_id"], is_active=False)

    def _switch(
        self, company_id: UUID, principal: Principal, object_id: UUID, *, is_active: bool
    ) -> list[str]:
        set_active_or_wait(
            company_id=company_id, endpoint_id=object_id, is_active=is_active, changed_by=principal
        )
        return [f"{object_id} {'active' if is_active else 'inactive'}"]

    def _rotate(self, company_id: UUID, principal: Principal, options: dict[str, Any]) -> list[str]:
        endpoint_id = options["object_id"]
        secret = rotate_secret(company_id=company_id, endpoint_id=endpoint_id, rotated_by=principal)
        return [f"{endpoint_id} {secret}"]

    def _remove(self, company_id: UUID, principal: Principal, options: dict[str, Any]) -> list[str]:
        endpoint_id = options["object_id"]
        remove_or_wait(company_id=company_id, endpoint_id=endpoint_id, removed_by=principal)
        return [f"{endpoint_id} removed"]

    def _resend(self, company_id: UUID, principal: Principal, options: dict[str, Any]) -> list[str]:
        resend_or_wait(company_id=company_id, delivery_id=options["object_id"], resent_by=principal)
        return [f"{options['object_id']} queued"]
