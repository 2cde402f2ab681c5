# SPDX-License-Identifier: Apache-2.0
"""`log_mirror copy|verify`: bring the mirror of the log up to date; compare it with the log."""

from typing import Any

from django.core.management.base import CommandParser

from apps.audit.adapters.policy_entities import READ_BUNDLES
from cortex.identity.console import ConsoleCommand
from cortex.ports.asking import asks, nothing, of
from cortex.ports.principal import Principal
from cortex.ports.registry import get


@asks(copy=nothing("it copies what was published before"), verify=of(READ_BUNDLES))
class Command(ConsoleCommand):
    """Look after the mirror; the schedule copies by itself."""

    help = "Copy the log to its mirror, or compare both; exit code 1 where they differ."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the verb and who acts."""
        self.add_actor(parser)
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("copy", help="copy now what was published")
        verbs.add_parser("verify", help="read every version in the mirror and compare it with the log")

    def handle(self, *args: Any, verb: str, **options: Any) -> None:
        """Do the verb and print what came of it."""
        # They load a client that other commands do not wait for.
        from apps.audit.domain.mirror.mirror import MirrorMustBeConfigured, Mirrors  # noqa: PLC0415

        place = get(Mirrors).configured()
        if place is None:
            raise MirrorMustBeConfigured(
                "AUDIT_MIRROR_ADDRESS: expected an address, got none. See docs/operations/log-mirror.md.",
                evidence={"object": "AUDIT_MIRROR_ADDRESS", "remedy": "see docs/operations/log-mirror.md"},
            )
        getattr(self, f"_{verb}")(place, self.principal(options["acting_user"]))

    def _copy(self, place: Any, _principal: Principal) -> None:
        from apps.audit.services.mirror.mirror_log import mirror_log  # noqa: PLC0415 - as above

        size = mirror_log(place=place)
        told = "another process copies" if size is None else f"mirrored as of the checkpoint of {size} leaves"
        self.stdout.write(f"{place.name}: {told}")

    def _verify(self, place: Any, principal: Principal) -> None:
        from apps.audit.domain.mirror.mirror import MirrorMustEqualTheLog  # noqa: PLC0415 - as above
        from apps.audit.services.mirror.compare_mirror import compare_mirror  # noqa: PLC0415

        found = compare_mirror(place=place, compared_by=principal)
        for sentence in found.differences:
            self.stdout.write(f"{sentence}.")
        if found.difference_count:
            raise MirrorMustEqualTheLog(
                f"{place.name}: expected it to be like the log, {found.difference_count} differ."
                " Keep both as they are, and find out which was changed.",
                evidence={"object": place.name, "got": found.difference_count},
            )
        self.stdout.write(
            f"{place.name}: {found.versions} versions are those of the log, as of {found.size} leaves"
        )
