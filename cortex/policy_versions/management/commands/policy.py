# SPDX-License-Identifier: Apache-2.0
"""`policy list|show|diff|draft|validate|simulate|approve|activate|rollback|check|matrix|packaged`."""

from typing import Any

from django.core.management.base import CommandParser

from cortex.identity.console import ConsoleCommand, read_file
from cortex.policy.active import active_engine
from cortex.policy.policy_actions import (
    ACTIVATE_VERSION,
    APPROVE_VERSION,
    READ_VERSIONS,
    ROLL_BACK_VERSION,
    WRITE_VERSION,
)
from cortex.policy_versions.approve_version import approve_version
from cortex.policy_versions.check_version import checked_version
from cortex.policy_versions.differences import difference
from cortex.policy_versions.draft_version import draft_version
from cortex.policy_versions.matrix import matrix_of
from cortex.policy_versions.packaged_history import list_packaged, text_of_digest
from cortex.policy_versions.selectors import get_version, list_versions, require_reader, text_of
from cortex.policy_versions.shipped import draft_what_is_shipped
from cortex.policy_versions.simulate_version import simulate_version
from cortex.policy_versions.simulation import DECISIONS_MAX
from cortex.policy_versions.validate_version import validate_version
from cortex.policy_versions.waiting_verbs import activate_or_wait, roll_back_or_wait
from cortex.ports.asking import asks, of
from cortex.ports.principal import Principal

_NUMBERED = {
    "show": "print the text of a version; 0 are the policies that the program brings along",
    "validate": "look whether it could come into force",
    "approve": "approve it, as a person who did not write it",
}


@asks(
    list=of(READ_VERSIONS),
    check=of(READ_VERSIONS),
    matrix=of(READ_VERSIONS),
    show=of(READ_VERSIONS),
    packaged=of(READ_VERSIONS),
    diff=of(READ_VERSIONS),
    draft=of(WRITE_VERSION),
    validate=of(WRITE_VERSION),
    simulate=of(WRITE_VERSION),
    approve=of(READ_VERSIONS, APPROVE_VERSION),
    activate=of(ACTIVATE_VERSION),
    rollback=of(ROLL_BACK_VERSION),
)
class Command(ConsoleCommand):
    """Write policies and bring them into force, step by step."""

    help = "Versions of the policies: from draft into force by two people, and back by one."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the verb and who acts."""
        parser.add_argument("--as", dest="acting_user", metavar="USER", help="act as this user")
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("list", help="versions, newest first; * is in force")
        verbs.add_parser("check", help="look whether the version in force fits this release; fails if not")
        verbs.add_parser("matrix", help="which role alone may do which action now")
        for verb, told in _NUMBERED.items():
            verbs.add_parser(verb, help=told).add_argument("number", type=int)
        packaged = verbs.add_parser("packaged", help="what releases brought along as version 0, newest first")
        packaged.add_argument("digest", nargs="?", help="print the text of this SHA-256")
        diff = verbs.add_parser("diff", help="how two versions differ")
        diff.add_argument("before", type=int)
        diff.add_argument("after", type=int)
        draft = verbs.add_parser("draft", help="keep a file, or what this release brings, as a new version")
        draft.add_argument("--file", help="a text of policies; without one, those of this release")
        draft.add_argument("--note", default="", help="why it is written")
        simulate = verbs.add_parser("simulate", help="ask recorded questions again under a version")
        simulate.add_argument("number", type=int)
        simulate.add_argument("--decisions", type=int, default=DECISIONS_MAX, metavar="MOST")
        for verb, told in (("activate", "put it in force"), ("rollback", "go back to what was in force")):
            brought = verbs.add_parser(verb, help=told)
            brought.add_argument("number", type=int)
            brought.add_argument("--reason", required=verb == "rollback", default="", help="kept for good")

    def handle(self, *args: Any, verb: str, **options: Any) -> None:
        """Do the verb and print what came of it."""
        getattr(self, f"_{verb}")(self.principal(options["acting_user"]), options)

    def _list(self, principal: Principal, options: dict[str, Any]) -> None:
        seen = list_versions(seen_by=principal)
        for version in seen.versions:
            mark = "*" if version.number == seen.number_in_force else " "
            self.stdout.write(f"{mark} {version.number} {version.state} {version.author} {version.note}")
        mark = "*" if seen.number_in_force == 0 else " "
        self.stdout.write(f"{mark} 0 packaged")

    def _show(self, principal: Principal, options: dict[str, Any]) -> None:
        self.stdout.write(text_of(number=options["number"], seen_by=principal))

    def _packaged(self, principal: Principal, options: dict[str, Any]) -> None:
        if options["digest"] is not None:
            self.stdout.write(text_of_digest(digest=options["digest"], seen_by=principal))
            return
        for row in list_packaged(seen_by=principal):
            self.stdout.write(f"{row.recorded_at:%Y-%m-%dT%H:%M:%SZ} release {row.release} {row.digest}")

    def _diff(self, principal: Principal, options: dict[str, Any]) -> None:
        found = difference(before=options["before"], after=options["after"], seen_by=principal)
        for title, names in (("added", found.added), ("removed", found.removed), ("changed", found.changed)):
            for name in names:
                self.stdout.write(f"{title} {name}")
        self.stdout.write(found.lines)

    def _draft(self, principal: Principal, options: dict[str, Any]) -> None:
        if options["file"] is None:
            version = draft_what_is_shipped(drafted_by=principal)
        else:
            text = read_file(options["file"]).decode(errors="replace")
            version = draft_version(text=text, note=options["note"], drafted_by=principal)
        self.stdout.write("nothing new" if version is None else f"version {version.number}")

    def _validate(self, principal: Principal, options: dict[str, Any]) -> None:
        found = validate_version(number=options["number"], validated_by=principal)
        self.stdout.write("\n".join(map(str, found)) or "no findings")

    def _simulate(self, principal: Principal, options: dict[str, Any]) -> None:
        result = simulate_version(
            number=options["number"],
            simulated_by=principal,
            decisions_max=options["decisions"],
            progress=lambda done, total: self.stderr.write(f"{done} of {total}"),
        )
        self.stdout.write(result["summary"])
        for group in result["groups"]:
            roles = ",".join(group["roles"]) or "nobody's role"
            self.stdout.write(f"{group['count']} {group['becomes']}: {group['action']} for {roles}")
        for title in ("granted", "taken_away"):
            for role, action in result[title]:
                self.stdout.write(f"{title.replace('_', ' ')}: {action} for {role}")

    def _approve(self, principal: Principal, options: dict[str, Any]) -> None:
        version = get_version(number=options["number"], seen_by=principal)
        approve_version(number=version.number, digest=version.digest, approved_by=principal)
        self.stdout.write(f"version {version.number} approved")

    def _activate(self, principal: Principal, options: dict[str, Any]) -> None:
        activate_or_wait(number=options["number"], activated_by=principal, reason=options["reason"])
        self.stdout.write(f"version {options['number']} in force")

    def _rollback(self, principal: Principal, options: dict[str, Any]) -> None:
        roll_back_or_wait(number=options["number"], rolled_back_by=principal, reason=options["reason"])
        self.stdout.write(f"version {options['number']} in force")

    def _check(self, principal: Principal, options: dict[str, Any]) -> None:
        self.stdout.write(checked_version(seen_by=principal))

    def _matrix(self, principal: Principal, options: dict[str, Any]) -> None:
        require_reader(principal)
        for action, roles in matrix_of(active_engine()).items():
            self.stdout.write(f"{action}: {', '.join(sorted(roles)) or 'nobody'}")
