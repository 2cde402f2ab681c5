# SPDX-License-Identifier: Apache-2.0
"""`approvals --company CODE VERB …`: what waits for a second person, and the decision on it."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.core.management.base import CommandParser

from cortex.approvals.actions import APPROVE, COMMENT, READ
from cortex.approvals.approve import approve
from cortex.approvals.models import Proposal
from cortex.approvals.reject import reject
from cortex.approvals.selectors import proposal_of, waiting_proposals
from cortex.identity.console import ConsoleCommand
from cortex.policy.access import entered
from cortex.ports.asking import asks, of
from cortex.ports.principal import Principal


@asks(
    list=of(READ),
    show=of(READ),
    approve=of(COMMENT, APPROVE),
    reject=of(COMMENT, APPROVE),
)
class Command(ConsoleCommand):
    """List and decide proposals; a decision is a person's, so that it needs `--as`."""

    help = "List and decide what waits for a second person."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the verb and what it needs."""
        super().add_arguments(parser)
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("list", help="the proposals that wait, oldest first")
        verbs.add_parser("show", help="all of one, with its digest").add_argument("proposal_id", type=UUID)
        for verb in ("approve", "reject"):
            decision = verbs.add_parser(verb, help=f"{verb} what has this digest")
            decision.add_argument("proposal_id", type=UUID, metavar="ID")
            decision.add_argument("--digest", required=True, help="as `show` prints it")
            decision.add_argument("--reason", default="", required=verb == "reject")

    def handle(self, *args: Any, verb: str, **options: Any) -> None:
        """Do the verb and print what came of it."""
        principal = self.principal(options["acting_user"])
        action = READ if verb in ("list", "show") else COMMENT
        with entered(principal=principal, company_code=options["company"], action=action) as company:
            for line in getattr(self, f"_{verb}")(company.id, principal, options):
                self.stdout.write(line)

    def _list(self, company_id: UUID, principal: Principal, options: dict[str, Any]) -> Iterator[str]:
        for proposal in waiting_proposals(company_id=company_id, reader=principal):
            yield f"{proposal.id} {proposal.kind} {proposal.expires_at:%Y-%m-%d} {proposal.title}"

    def _show(self, company_id: UUID, principal: Principal, options: dict[str, Any]) -> Iterator[str]:
        proposal = proposal_of(company_id=company_id, proposal_id=options["proposal_id"], reader=principal)
        yield from (f"{proposal.title}", f"{proposal.state} {proposal.kind} by {proposal.proposed_by}")
        yield from proposal.summary
        yield f"digest {proposal.digest}"

    def _approve(self, company_id: UUID, principal: Principal, options: dict[str, Any]) -> Iterator[str]:
        approval = approve(
            company_id=company_id,
            proposal_id=options["proposal_id"],
            digest=options["digest"],
            approved_by=principal,
            reason=options["reason"],
        )
        if approval.failure is not None:
            raise approval.failure
        yield _told(approval.proposal)

    def _reject(self, company_id: UUID, principal: Principal, options: dict[str, Any]) -> Iterator[str]:
        rejected = reject(
            company_id=company_id,
            proposal_id=options["proposal_id"],
            digest=options["digest"],
            rejected_by=principal,
            reason=options["reason"],
        )
        yield _told(rejected)


def _told(proposal: Proposal) -> str:
    return f"{proposal.id} {proposal.state} {proposal.result_id or ''}".rstrip()
