# SPDX-License-Identifier: Apache-2.0
"""`certificates record|list|revoke`: what the authority issued, in the database and the log."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from cortex.container.commands import ScopedCommand
from cortex.pki.actions import READ, RECORD, REVOKE
from cortex.pki.chosen import AnyAuthority, chosen_authority, usual_directory
from cortex.pki.recording import record_issued
from cortex.pki.revoking import revoke_certificate
from cortex.pki.selectors import recorded_certificates
from cortex.ports.asking import asks, of
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get

CONSOLE = Principal.service("console")


@asks(record=of(RECORD), list=of(READ), revoke=of(REVOKE))
class Command(ScopedCommand):
    """Record, list and take back certificates of services."""

    help = "Record what `cortex pki` issued, list it, take certificates back."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take what to do, and where the authority is."""
        parser.add_argument("what", choices=("record", "list", "revoke"))
        parser.add_argument("serial", nargs="?", default="")
        parser.add_argument("--directory", type=Path, default=usual_directory())
        parser.add_argument("--vault", action="store_true", help="the vault of the configuration signs")
        parser.add_argument("--vault-mount", default="pki")
        parser.add_argument("--vault-role", default="cortex-service")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it."""
        at = get(Clock).now()
        if options["what"] == "record":
            done = record_issued(issued=_authority(options).issued(), recorded_by=CONSOLE, at=at)
            self.stdout.write(f"{done.added} recorded, {done.revoked} taken back")
        elif options["what"] == "revoke":
            authority, serial = _authority(options), options["serial"].replace(":", "").lower()
            gone = revoke_certificate(authority=authority, serial=serial, revoked_by=CONSOLE, at=at)
            self.stdout.write(f"{gone.serial} {gone.spiffe_id} is revoked; bring the list to every server")
        else:
            for row in recorded_certificates(principal=CONSOLE):
                state = "revoked" if row.revoked_at else "ended" if row.ends_at <= at else "valid"
                self.stdout.write(f"{row.serial}  {state}  {row.ends_at:%Y-%m-%dT%H:%M:%SZ}  {row.spiffe_id}")


def _authority(options: dict[str, Any]) -> AnyAuthority:
    return chosen_authority(
        directory=options["directory"],
        is_in_vault=options["vault"],
        mount=options["vault_mount"],
        role=options["vault_role"],
    )
