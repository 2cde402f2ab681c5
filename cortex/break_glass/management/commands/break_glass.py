# SPDX-License-Identifier: Apache-2.0
"""`break_glass --company CODE VERB …`: open, end, review and list emergency access."""

import argparse
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.management.base import CommandParser

from cortex.break_glass.actions import END, OPEN, READ, REVIEW
from cortex.break_glass.door import at_the_door
from cortex.break_glass.end_access import end_access
from cortex.break_glass.models import BreakGlassAccess
from cortex.break_glass.open_access import LASTS, open_access
from cortex.break_glass.review_access import review_access
from cortex.break_glass.selectors import accesses_of
from cortex.identity.console import ConsoleCommand
from cortex.ports.asking import asks, of
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get

_ACTIONS = {"open": OPEN, "end": END, "review": REVIEW, "list": READ}


def _minutes(text: str) -> timedelta:
    """Read a whole number of minutes for argparse, which shows the message of a refusal."""
    if not (text.isascii() and text.isdigit() and len(text) < 6):
        raise argparse.ArgumentTypeError(f"expected minutes such as 60, got {text!r}")
    return timedelta(minutes=int(text))


@asks(list=of(READ), open=of(OPEN), end=of(END), review=of(REVIEW))
class Command(ConsoleCommand):
    """Emergency access is a person's, so that opening and reviewing it need `--as`."""

    help = "Open, end, review and list emergency access to a company."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the verb and what it needs."""
        super().add_arguments(parser)
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("list", help="the newest, with who has looked at them")
        opening = verbs.add_parser("open", help="open the company to the person of `--as`")
        opening.add_argument("--reason", required=True)
        opening.add_argument("--minutes", type=_minutes, default=LASTS, metavar="N", dest="lasts")
        verbs.add_parser("end", help="end one now").add_argument("access_id", type=UUID, metavar="ID")
        review = verbs.add_parser("review", help="say that one has looked at what was done")
        review.add_argument("access_id", type=UUID, metavar="ID")
        review.add_argument("--comment", required=True)

    def handle(self, *args: Any, verb: str, **options: Any) -> None:
        """Do the verb and print what came of it."""
        principal = self.principal(options["acting_user"])
        with at_the_door(
            principal=principal, company_code=options["company"], action=_ACTIONS[verb]
        ) as company:
            for line in getattr(self, f"_{verb}")(company.id, principal, options):
                self.stdout.write(line)

    def _list(self, company_id: UUID, principal: Principal, options: dict[str, Any]) -> Iterator[str]:
        for access in accesses_of(company_id=company_id):
            yield _told(access)

    def _open(self, company_id: UUID, principal: Principal, options: dict[str, Any]) -> Iterator[str]:
        yield _told(
            open_access(
                company_id=company_id,
                reason=options["reason"],
                lasts=options["lasts"],
                opened_by=principal,
            )
        )

    def _end(self, company_id: UUID, principal: Principal, options: dict[str, Any]) -> Iterator[str]:
        yield _told(end_access(company_id=company_id, access_id=options["access_id"], ended_by=principal))

    def _review(self, company_id: UUID, principal: Principal, options: dict[str, Any]) -> Iterator[str]:
        yield _told(
            review_access(
                company_id=company_id,
                access_id=options["access_id"],
                comment=options["comment"],
                reviewed_by=principal,
            )
        )


def _told(access: BreakGlassAccess) -> str:
    state = "open" if access.is_open(at=get(Clock).now()) else "over"
    reviewed = f"reviewed by {access.reviewed_by}" if access.reviewed_by else "not reviewed"
    until = access.ended_at or access.expires_at
    return f"{access.id} {state} until {until:%Y-%m-%d %H:%M:%S} {access.user} {reviewed}: {access.reason}"
