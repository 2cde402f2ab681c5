# SPDX-License-Identifier: Apache-2.0
"""`evidence export --company CODE --out FILE.zip --key-out KEYS`: evidence for auditors."""

from functools import partial
from typing import Any
from uuid import UUID

from django.core.management.base import CommandParser

from apps.audit.adapters.policy_entities import EXPORT
from cortex.identity.console import ConsoleCommand, file_written_whole, typed_day
from cortex.policy.access import entered
from cortex.ports.asking import asks, of
from cortex.ports.registry import get

_SECONDS = 60.0


@asks(export=of(EXPORT))
class Command(ConsoleCommand):
    """Write an archive that `verify.py` verifies offline, and the keys that it is verified with."""

    help = "Export an archive that proves a company's books offline, or one entry of them."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take what is to be proved, and where it is written."""
        verbs = parser.add_subparsers(dest="verb", required=True)
        export = verbs.add_parser("export", help="write an archive and the keys to verify it with")
        super().add_arguments(export)
        export.add_argument("--from", dest="from_date", type=typed_day, metavar="DATE")
        export.add_argument("--to", dest="to_date", type=typed_day, metavar="DATE")
        export.add_argument("--entry", type=UUID, metavar="ID", help="this document alone")
        export.add_argument("--out", required=True, metavar="FILE.zip")
        export.add_argument("--key-out", metavar="FILE", help="hand it over by another way than the archive")
        export.add_argument(
            "--checkpoint", type=int, metavar="SIZE", help="as of an earlier checkpoint instead of the newest"
        )
        export.add_argument("--wait", type=float, default=_SECONDS, metavar="SECONDS")

    def handle(self, *args: Any, **options: Any) -> None:
        """Export it; progress is told beside the output."""
        # They load cryptography, which other commands do not wait for.
        from apps.audit.services.wait_for_checkpoint import wait_for_checkpoint  # noqa: PLC0415

        principal = self.principal(options["acting_user"])
        with entered(principal=principal, company_code=options["company"], action=EXPORT) as company:
            size = options["checkpoint"] or wait_for_checkpoint(
                company_id=company.id, seconds=options["wait"], say=self._say
            )
            self._say(f"exporting the tree of {size} leaves …")
            with file_written_whole(options["out"]) as out:
                _export(options)(company_id=company.id, size=size, out=out, exported_by=principal)
        if options["key_out"]:
            _write_keys(options["key_out"])
        self.stdout.write(f"{options['out']}: as of the checkpoint of {size} leaves")

    def _say(self, text: str) -> None:
        self.stderr.write(text)


def _export(options: dict[str, Any]) -> Any:
    from apps.audit.domain.archive.frame import Period  # noqa: PLC0415 - as above
    from apps.audit.services.export_evidence import export_company, export_document  # noqa: PLC0415

    if options["entry"]:
        return partial(export_document, object_id=options["entry"])
    return partial(export_company, period=Period(options["from_date"], options["to_date"]))


def _write_keys(path: str) -> None:
    from apps.audit.domain.trusted_keys import TrustedKeys  # noqa: PLC0415 - as above

    text = get(TrustedKeys).text()
    with file_written_whole(path) as file:
        file.write(text.encode())
