# SPDX-License-Identifier: Apache-2.0
"""`events status|held|replay|retry|discard`: look at deliveries, repeat them, give them up."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.core.management.base import CommandParser

from cortex.container.commands import ScopedCommand
from cortex.events.actions import DISCARD, READ, REPLAY
from cortex.events.dead_letters import held_deliveries
from cortex.events.relay import waiting_events
from cortex.events.replay import replay_events
from cortex.events.subscribers import all_subscribers, subscriber_named
from cortex.events.waiting_verbs import discard_or_wait, retry_or_wait
from cortex.identity.console import typed_day
from cortex.policy.access import entered
from cortex.ports.asking import asks, nothing, of
from cortex.ports.principal import Principal
from cortex.tenancy import scope
from cortex.tenancy.companies import all_company_ids, company_by_code, company_status
from cortex.tenancy.models import Company

CONSOLE = Principal.service("console")


def typed_instant(text: str) -> datetime:
    """Read a day, which begins at midnight UTC, or an instant with its offset, for argparse."""
    if len(text) == len("2015-12-31"):
        day = typed_day(text)
        return datetime(day.year, day.month, day.day, tzinfo=UTC)
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError("an instant needs its offset, such as Z")
    return instant


@asks(
    status=nothing("it names subscribers and a number, and nothing of a company"),
    held=of(READ),
    replay=of(REPLAY),
    retry=of(REPLAY),
    discard=of(DISCARD),
)
class Command(ScopedCommand):
    """Look at deliveries of events, repeat them, give them up."""

    help = "Look at deliveries of events, repeat them, give them up."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the verb and what it needs."""
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("status", help="subscribers, and how many events wait for a relay")
        held = verbs.add_parser("held", help="what is on hold in a company")
        held.add_argument("--company", required=True, metavar="CODE")
        replay = verbs.add_parser("replay", help="deliver events of a span of time again")
        replay.add_argument("--from", dest="recorded_from", required=True, type=typed_instant, metavar="TIME")
        replay.add_argument("--to", dest="recorded_until", required=True, type=typed_instant, metavar="TIME")
        replay.add_argument("--subscriber", required=True, metavar="NAME")
        replay.add_argument("--company", metavar="CODE", help="this company only; otherwise every one")
        replay.add_argument("--again", action="store_true", help="also those that had their effect already")
        for verb in ("retry", "discard"):
            one = verbs.add_parser(verb, help=f"{verb} one delivery on hold")
            one.add_argument("delivery_id", type=UUID)
            one.add_argument("--company", required=True, metavar="CODE")
        one.add_argument("--reason", required=True)

    def handle(self, *args: Any, verb: str, **options: Any) -> None:
        """Do the verb and print what came of it."""
        getattr(self, f"_{verb}")(options)

    def _status(self, options: dict[str, Any]) -> None:
        for subscriber in all_subscribers():
            self.stdout.write(f"{subscriber.name} {','.join(sorted(subscriber.event_types))}")
        self.stdout.write(f"waiting for a relay: {waiting_events()}")

    def _held(self, options: dict[str, Any]) -> None:
        with entered(principal=CONSOLE, company_code=options["company"], action=READ) as company:
            for held in held_deliveries(company_id=company.id):
                delivery = f"{held.id} {held.subscriber} {held.event_id} {held.state} {held.attempts}"
                self.stdout.write(f"{delivery} {held.last_error}".rstrip())

    def _replay(self, options: dict[str, Any]) -> None:
        subscriber_named(options["subscriber"])
        code = options["company"]
        company_ids = [company_by_code(code=code).id] if code else _active_companies()
        count = 0
        for company_id in company_ids:
            with scope([company_id]):
                count += replay_events(
                    company_id=company_id,
                    subscriber=options["subscriber"],
                    recorded_from=options["recorded_from"],
                    recorded_until=options["recorded_until"],
                    replayed_by=CONSOLE,
                    again=options["again"],
                )
        self.stdout.write(f"{count} events")

    def _retry(self, options: dict[str, Any]) -> None:
        delivery_id = options["delivery_id"]
        with entered(principal=CONSOLE, company_code=options["company"], action=REPLAY) as company:
            retry_or_wait(company_id=company.id, delivery_id=delivery_id, retried_by=CONSOLE)
        self.stdout.write(f"{delivery_id} due")

    def _discard(self, options: dict[str, Any]) -> None:
        delivery_id, reason = options["delivery_id"], options["reason"]
        with entered(principal=CONSOLE, company_code=options["company"], action=DISCARD) as company:
            discard_or_wait(
                company_id=company.id, delivery_id=delivery_id, reason=reason, discarded_by=CONSOLE
            )
        self.stdout.write(f"{delivery_id} discarded")


def _active_companies() -> list[UUID]:
    """Return the companies that may be changed: a suspended one can only be read."""
    return [
        company_id
        for company_id in all_company_ids()
        if company_status(company_id=company_id) == Company.Status.ACTIVE
    ]
