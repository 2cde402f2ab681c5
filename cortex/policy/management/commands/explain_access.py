# SPDX-License-Identifier: Apache-2.0
"""`explain_access [--company CODE] (--decision ID | --as USER --action ACTION)`: say why.

Without a company it is about the platform.
"""

from typing import Any
from uuid import UUID

from django.core.management.base import CommandError, CommandParser

from cortex.identity.console import ConsoleCommand
from cortex.policy.access import entered
from cortex.policy.explain import Explanation, explain_decision, explain_question
from cortex.policy.platform_decisions import explain_platform_decision
from cortex.policy.policy_actions import READ_DECISIONS, READ_PLATFORM_DECISIONS
from cortex.ports.asking import asks
from cortex.ports.authorizer import Authorizer
from cortex.ports.principal import Principal
from cortex.ports.registry import get


@asks(READ_DECISIONS, READ_PLATFORM_DECISIONS)
class Command(ConsoleCommand):
    """Print an explanation as text."""

    help = "Explain a decision that was recorded, or one that would be made now."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the company, if any, and what is to be explained."""
        parser.add_argument("--company", metavar="CODE", help="without one it is about the platform")
        self.add_actor(parser)
        parser.add_argument("--decision", type=UUID, metavar="ID")
        parser.add_argument("--action", metavar="ACTION")

    def handle(self, *args: Any, **options: Any) -> None:
        """Explain it to whoever has the machine."""
        if (options["decision"] is None) == (options["action"] is None):
            raise CommandError("Name either a decision or an action.")
        console = Principal.service("console")
        if options["company"] is None:
            explained = self._of_platform(console, options)
        else:
            with entered(
                principal=console, company_code=options["company"], action=READ_DECISIONS
            ) as company:
                explained = self._of_company(company.id, options)
        self.stdout.write(_written(explained))

    def _of_company(self, company_id: UUID, options: dict[str, Any]) -> Explanation:
        if options["decision"] is not None:
            return explain_decision(company_id=company_id, decision_id=options["decision"])
        asker = self.principal(options["acting_user"])
        return explain_question(principal=asker, action=options["action"], company_id=company_id)

    def _of_platform(self, console: Principal, options: dict[str, Any]) -> Explanation:
        if options["decision"] is not None:
            return explain_platform_decision(asked_by=console, decision_id=options["decision"])
        get(Authorizer).require(principal=console, action=READ_PLATFORM_DECISIONS, company_id=None)
        asker = self.principal(options["acting_user"])
        return explain_question(principal=asker, action=options["action"], company_id=None)


def _written(explained: Explanation) -> str:
    answer = "yes" if explained.is_allowed else "no"
    lines = [
        f"{explained.principal} – {explained.action}: {answer}, since {explained.reason}.",
        f"Decided by version {explained.version} of the policies.",
        f"Roles that are let in: {', '.join(explained.roles_let_in) or 'none'}.",
    ]
    if explained.text_told:
        lines.append(explained.text_told)
    if explained.is_break_glass:
        lines.append("It was decided under emergency access.")
    if explained.needs:
        lines.append(f"It becomes a yes with: {', '.join(explained.needs)}.")
    for policy in explained.policies:
        lines += ["", policy.text or f"{policy.id}: its text is not kept."]
    return "\n".join(lines)
