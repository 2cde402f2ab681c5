# SPDX-License-Identifier: Apache-2.0
"""`privacy --company CODE VERB …`: what is kept about somebody, to hand out, to hold, to erase."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.core.management.base import CommandParser

from apps.audit.domain.policy_names import ERASE, EXPORT_SUBJECT, LIFT_HOLD, PLACE_HOLD, READ_PRIVACY
from cortex.identity.console import ConsoleCommand, file_written_whole
from cortex.policy.access import entered
from cortex.ports.approvals import ProposalRef
from cortex.ports.asking import asks, of
from cortex.ports.principal import Principal

_PROPOSE = "approvals.proposal.propose"


@asks(
    list=of(READ_PRIVACY),
    export=of(EXPORT_SUBJECT),
    hold=of(READ_PRIVACY, PLACE_HOLD, _PROPOSE),
    lift=of(READ_PRIVACY, LIFT_HOLD, _PROPOSE),
    erase=of(READ_PRIVACY, ERASE, _PROPOSE),
)
class Command(ConsoleCommand):
    """Print what came of the verb; what needs a second person is proposed."""

    help = "Hand out, hold and erase what is kept about a party or a person."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the verb and what it needs."""
        super().add_arguments(parser)
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("list", help="holds and erasures, the newest first")
        for verb, told in (("export", "write an archive of all that is kept"), ("erase", "erase all texts")):
            found = verbs.add_parser(verb, help=told)
            found.add_argument("subject_type", metavar="KIND", help="such as accounting.party")
            found.add_argument("subject_id", type=UUID, metavar="ID")
            if verb == "export":
                found.add_argument("--out", required=True, metavar="FILE.zip")
            else:
                found.add_argument("--reason", required=True)
        hold = verbs.add_parser("hold", help="hold a subject, or all of the company")
        hold.add_argument("--subject", type=UUID, metavar="ID")
        hold.add_argument("--reason", required=True)
        lift = verbs.add_parser("lift", help="lift a hold")
        lift.add_argument("hold_id", type=UUID, metavar="ID")
        lift.add_argument("--reason", required=True)

    def handle(self, *args: Any, verb: str, **options: Any) -> None:
        """Do the verb and print what came of it."""
        principal = self.principal(options["acting_user"])
        action = EXPORT_SUBJECT if verb == "export" else READ_PRIVACY
        with entered(principal=principal, company_code=options["company"], action=action) as company:
            for line in getattr(self, f"_{verb}")(company.id, principal, options):
                self.stdout.write(line)

    def _list(self, company_id: UUID, principal: Principal, options: dict[str, Any]) -> Iterator[str]:
        from apps.audit.selectors.privacy.erasures import erasures_of  # noqa: PLC0415 - they load cryptography
        from apps.audit.selectors.privacy.holds import holds_of  # noqa: PLC0415 - as above

        for hold in holds_of(company_id=company_id):
            state = f"lifted {hold.lifted_at:%Y-%m-%d}" if hold.lifted_at else "in force"
            held = hold.subject_id or "company"
            yield f"hold {hold.id} {held} {hold.placed_at:%Y-%m-%d} {state} {hold.reason}"
        for erasure in erasures_of(company_id=company_id):
            subject = f"{erasure.subject_type} {erasure.subject_id}"
            yield f"erasure {erasure.id} {subject} {erasure.erased_at:%Y-%m-%d}"

    def _export(self, company_id: UUID, principal: Principal, options: dict[str, Any]) -> Iterator[str]:
        from apps.audit.services.privacy.export_subject import export_subject  # noqa: PLC0415 - as above

        with file_written_whole(options["out"]) as out:
            out.write(export_subject(company_id=company_id, exported_by=principal, **_subject(options)))
        yield str(options["out"])

    def _hold(self, company_id: UUID, principal: Principal, options: dict[str, Any]) -> Iterator[str]:
        from apps.audit.services.privacy.erase_hold_or_propose import hold_or_propose  # noqa: PLC0415 - as above

        reason = options["reason"]
        yield _told(
            hold_or_propose(
                company_id=company_id, subject_id=options["subject"], reason=reason, placed_by=principal
            )
        )

    def _lift(self, company_id: UUID, principal: Principal, options: dict[str, Any]) -> Iterator[str]:
        from apps.audit.services.privacy.erase_hold_or_propose import lift_or_propose  # noqa: PLC0415 - as above

        reason = options["reason"]
        yield _told(
            lift_or_propose(
                company_id=company_id, hold_id=options["hold_id"], reason=reason, lifted_by=principal
            )
        )

    def _erase(self, company_id: UUID, principal: Principal, options: dict[str, Any]) -> Iterator[str]:
        from apps.audit.services.privacy.erase_hold_or_propose import erase_or_propose  # noqa: PLC0415 - as above

        done = erase_or_propose(
            company_id=company_id, reason=options["reason"], erased_by=principal, **_subject(options)
        )
        yield _told(done if isinstance(done, ProposalRef) else done.id)


def _subject(options: dict[str, Any]) -> dict[str, Any]:
    return {"subject_type": options["subject_type"], "subject_id": options["subject_id"]}


def _told(done: UUID | ProposalRef) -> str:
    return f"proposed {done.id}" if isinstance(done, ProposalRef) else f"done {done}"
