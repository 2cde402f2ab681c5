# SPDX-License-Identifier: Apache-2.0
"""`evidence export --company CODE …` and `evidence export-log …`: evidence for auditors."""

from functools import partial
from typing import Any
from uuid import UUID

from django.core.management.base import CommandParser

from apps.audit.adapters.policy_entities import EXPORT, READ_BUNDLES
from cortex.identity.console import ConsoleCommand, file_written_whole, typed_day
from cortex.policy.access import entered
from cortex.ports.asking import asks, of
from cortex.ports.principal import Principal
from cortex.ports.registry import get

_SECONDS = 60.0


@asks(export=of(EXPORT), export_log=of(READ_BUNDLES))
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
        whole = verbs.add_parser("export-log", help="write an archive of the whole log, of all companies")
        self.add_actor(whole)
        for verb in (export, whole):
            verb.add_argument("--out", required=True, metavar="FILE.zip")
            verb.add_argument(
                "--key-out", metavar="FILE", help="hand it over by another way than the archive"
            )
            verb.add_argument("--checkpoint", type=int, metavar="SIZE", help="as of an earlier checkpoint")
        export.add_argument("--wait", type=float, default=_SECONDS, metavar="SECONDS")

    def handle(self, *args: Any, **options: Any) -> None:
        """Export it; progress is told beside the output."""
        principal = self.principal(options["acting_user"])
        export = self._export_log if options["verb"] == "export-log" else self._export_company
        size = export(principal, options)
        if options["key_out"]:
            _write_keys(options["key_out"])
        self.stdout.write(f"{options['out']}: as of the checkpoint of {size} leaves")

    def _export_company(self, principal: Principal, options: dict[str, Any]) -> int:
        # They load cryptography, which other commands do not wait for.
        from apps.audit.services.wait_for_checkpoint import wait_for_checkpoint  # noqa: PLC0415

        with entered(principal=principal, company_code=options["company"], action=EXPORT) as company:
            size = options["checkpoint"] or wait_for_checkpoint(
                company_id=company.id, seconds=options["wait"], say=self._say
            )
            self._say(f"exporting the tree of {size} leaves …")
            with file_written_whole(options["out"]) as out:
                _export(options)(company_id=company.id, size=size, out=out, exported_by=principal)
        return size

    def _export_log(self, principal: Principal, options: dict[str, Any]) -> int:
        from apps.audit.services.export_log import export_log  # noqa: PLC0415 - as above

        with file_written_whole(options["out"]) as out:
            return export_log(out=out, exported_by=principal, size=options["checkpoint"])

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
    with file_written_whole(path, is_public=True) as file:
        file.write(text.encode())
