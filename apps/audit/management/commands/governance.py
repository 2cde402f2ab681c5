# SPDX-License-Identifier: Apache-2.0
"""`governance list|show|write|activate|check`: rules on how long data is kept and how it is sealed."""

from typing import Any

from django.core.management.base import CommandParser

from apps.audit.domain.policy_names import (
    ACTIVATE_GOVERNANCE,
    CHECK_GOVERNANCE,
    READ_GOVERNANCE,
    WRITE_GOVERNANCE,
)
from cortex.identity.console import ConsoleCommand, read_file
from cortex.ports.approvals import ProposalRef
from cortex.ports.asking import asks, of
from cortex.ports.authorizer import Authorizer
from cortex.ports.principal import Principal
from cortex.ports.registry import get


@asks(
    list=of(READ_GOVERNANCE),
    show=of(READ_GOVERNANCE),
    write=of(WRITE_GOVERNANCE),
    activate=of(ACTIVATE_GOVERNANCE, "approvals.platform_proposal.propose"),
    check=of(CHECK_GOVERNANCE),
)
class Command(ConsoleCommand):
    """Write rules and put them in force; that needs a second platform administrator."""

    help = "Versions of the rules of governance: from a file into force by two people."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the verb and who acts."""
        self.add_actor(parser)
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("list", help="versions, newest first; * is in force")
        verbs.add_parser("show", help="print a version as JSON; 0 is the program's own").add_argument(
            "number", type=int
        )
        write = verbs.add_parser("write", help="keep a file as a new version")
        write.add_argument("--file", required=True)
        write.add_argument("--note", default="")
        activate = verbs.add_parser("activate", help="propose to put a version in force")
        activate.add_argument("number", type=int)
        activate.add_argument("--reason", required=True)
        verbs.add_parser("check", help="hold the rules in force against the program and what is stored")

    def handle(self, *args: Any, verb: str, **options: Any) -> None:
        """Do the verb and print what came of it."""
        getattr(self, f"_{verb}")(self.principal(options["acting_user"]), options)

    def _list(self, principal: Principal, options: dict[str, Any]) -> None:
        from apps.audit.selectors.governance.in_force import rules_in_force, versions  # noqa: PLC0415 - models

        _require_reader(principal)
        current = rules_in_force().number
        for version in versions():
            mark = "*" if version.number == current else " "
            self.stdout.write(f"{mark} {version.number} {version.author} {version.note}")
        self.stdout.write(f"{'*' if current == 0 else ' '} 0 packaged")

    def _show(self, principal: Principal, options: dict[str, Any]) -> None:
        from apps.audit.selectors.governance.in_force import rules_numbered  # noqa: PLC0415 - as above

        _require_reader(principal)
        self.stdout.write(rules_numbered(number=options["number"]).model_dump_json(indent=2))

    def _write(self, principal: Principal, options: dict[str, Any]) -> None:
        from apps.audit.services.governance.write_version import write_version  # noqa: PLC0415 - as above

        text = read_file(options["file"]).decode(errors="replace")
        version = write_version(text=text, note=options["note"], written_by=principal)
        self.stdout.write(f"version {version.number}")

    def _activate(self, principal: Principal, options: dict[str, Any]) -> None:
        from apps.audit.services.governance.activate_rules import activate_or_propose  # noqa: PLC0415 - as above

        done = activate_or_propose(number=options["number"], reason=options["reason"], activated_by=principal)
        self.stdout.write(f"proposed {done.id}" if isinstance(done, ProposalRef) else f"done {done}")

    def _check(self, principal: Principal, options: dict[str, Any]) -> None:
        from apps.audit.services.governance.check_rules import check_rules  # noqa: PLC0415 - as above

        checked = check_rules(checked_by=principal)
        for problem in checked.problems:
            self.stdout.write(problem)
        for field, count in checked.clear.items():
            self.stdout.write(f"{field}: {count} rows in the clear")
        self.stdout.write(f"version {checked.number} in force: {len(checked.problems)} problems")
        if checked.problems:
            raise SystemExit(1)


def _require_reader(principal: Principal) -> None:
    get(Authorizer).require(principal=principal, action=READ_GOVERNANCE, company_id=None)
