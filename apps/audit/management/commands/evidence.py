# SPDX-License-Identifier: Apache-2.0
"""`evidence export --company CODE …`, `export-leaves`, `export-log` and `export-controls`: for auditors."""

from argparse import ArgumentTypeError
from contextlib import ExitStack
from functools import partial
from typing import Any, ClassVar
from uuid import UUID

from django.core.management.base import CommandError, CommandParser

from apps.audit.adapters.policy_entities import EXPORT, READ_BUNDLES, READ_COMPLIANCE
from apps.audit.adapters.policy_entities import READ as READ_LOG
from cortex.access_reviews.actions import READ, READ_PLATFORM
from cortex.identity.console import ConsoleCommand, file_written_whole, typed_day
from cortex.policy.access import entered
from cortex.policy.policy_actions import READ_DECISIONS, READ_PLATFORM_DECISIONS
from cortex.ports.asking import asks, of
from cortex.ports.principal import Principal
from cortex.ports.registry import get

_SECONDS = 60.0


@asks(
    export=of(EXPORT, READ_COMPLIANCE, READ, READ_DECISIONS),
    export_leaves=of(READ_LOG, READ_BUNDLES),
    export_log=of(READ_BUNDLES),
    export_controls=of(READ_COMPLIANCE, READ_PLATFORM, READ_PLATFORM_DECISIONS),
)
class Command(ConsoleCommand):
    """Write an archive that `verify.py` verifies offline, and the keys that it is verified with."""

    help = "Export an archive that proves a company's books offline, or one entry of them."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take what is to be proved, and where it is written."""
        verbs = parser.add_subparsers(dest="verb", required=True)
        export = verbs.add_parser("export", help="write an archive and the keys to verify it with")
        super().add_arguments(export)
        what = export.add_mutually_exclusive_group()
        what.add_argument(
            "--with-compliance", action="store_true", help="and how the controls of the installation stood"
        )
        what.add_argument("--entry", type=UUID, metavar="ID", help="this document alone")
        single = verbs.add_parser("export-leaves", help="write an archive of single leaves")
        single.add_argument("--company", metavar="CODE", help="of this company, for who may read its log")
        single.add_argument(
            "--leaf",
            dest="leaf_ids",
            type=UUID,
            action="append",
            required=True,
            metavar="ID",
            help="may be repeated; without a company it may be any company's, or the platform's",
        )
        whole = verbs.add_parser("export-log", help="write an archive of the whole log, of all companies")
        controls = verbs.add_parser("export-controls", help="write an archive of how controls stood")
        for verb in (single, whole, controls):
            self.add_actor(verb)
        for verb in (export, controls):
            verb.add_argument("--from", dest="from_date", type=typed_day, metavar="DATE")
            verb.add_argument("--to", dest="to_date", type=typed_day, metavar="DATE")
            verb.add_argument(
                "--with-denied",
                action="store_true",
                help="and each denial of the period; seals over them go along anyway",
            )
            verb.add_argument("--pack-keys-out", metavar="FILE", help="the keys of those who sign packs")
        for verb in (export, single, whole, controls):
            verb.add_argument("--out", required=True, metavar="FILE.zip")
            verb.add_argument(
                "--key-out", metavar="FILE", help="hand it over by another way than the archive"
            )
            verb.add_argument("--checkpoint", type=int, metavar="SIZE", help="as of an earlier checkpoint")
            verb.add_argument(
                "--since",
                metavar="FILE",
                help="prove that it grew out of this checkpoint, or archive, that was kept",
            )
        whole.add_argument(
            "--range",
            dest="leaves",
            type=_typed_range,
            metavar="FIRST:END",
            help="leaves FIRST to END - 1 alone",
        )
        export.add_argument("--wait", type=float, default=_SECONDS, metavar="SECONDS")

    def handle(self, *args: Any, **options: Any) -> None:
        """Export it; progress is told beside the output."""
        if options.get("entry") and options["with_denied"]:
            raise CommandError("--with-denied: an archive of one entry tells nothing of denials.")
        principal = self.principal(options["acting_user"])
        # It is read before anything is written.
        options["earlier"] = _earlier(options["since"])
        size = self._EXPORTS[options["verb"]](self, principal, options)
        if options["key_out"]:
            _write_keys(options["key_out"])
        if options.get("pack_keys_out"):
            _write_pack_keys(options["pack_keys_out"])
        self.stdout.write(f"{options['out']}: as of the checkpoint of {size} leaves")

    def _export_company(self, principal: Principal, options: dict[str, Any]) -> int:
        # They load cryptography, which other commands do not wait for.
        from apps.audit.services.compliance.assess_period import require_reader  # noqa: PLC0415
        from apps.audit.services.denials.tell_denials import require_reader_of_denials  # noqa: PLC0415
        from apps.audit.services.wait_for_checkpoint import wait_for_checkpoint  # noqa: PLC0415

        with entered(principal=principal, company_code=options["company"], action=EXPORT) as company:
            if options["with_compliance"]:
                # Before anybody waits for a checkpoint; the service asks again.
                require_reader(company_id=company.id, read_by=principal)
            if options["with_denied"]:
                require_reader_of_denials(company_id=company.id, read_by=principal)
            size = options["checkpoint"] or wait_for_checkpoint(
                company_id=company.id, seconds=options["wait"], say=self._say
            )
            self._say(f"exporting the tree of {size} leaves …")
            with file_written_whole(options["out"]) as out:
                _export(options)(company_id=company.id, size=size, out=out, exported_by=principal)
        return size

    def _export_leaves(self, principal: Principal, options: dict[str, Any]) -> int:
        from apps.audit.services.prove_leaves import prove_leaves  # noqa: PLC0415 - as above

        with ExitStack() as stack:
            code = options["company"]
            room = code and entered(principal=principal, company_code=code, action=READ_LOG)
            company_id = stack.enter_context(room).id if room else None
            with file_written_whole(options["out"]) as out:
                return prove_leaves(
                    company_id=company_id,
                    leaf_ids=options["leaf_ids"],
                    out=out,
                    exported_by=principal,
                    size=options["checkpoint"],
                    earlier=options["earlier"],
                )

    def _export_log(self, principal: Principal, options: dict[str, Any]) -> int:
        from apps.audit.domain.archive.part_of_log import LeafRange  # noqa: PLC0415 - as above
        from apps.audit.services.export_log import export_log  # noqa: PLC0415 - as above

        with file_written_whole(options["out"]) as out:
            return export_log(
                out=out,
                exported_by=principal,
                size=options["checkpoint"],
                leaves=options["leaves"] and LeafRange(*options["leaves"]),
                earlier=options["earlier"],
            )

    def _export_controls(self, principal: Principal, options: dict[str, Any]) -> int:
        from apps.audit.services.export_controls import export_controls  # noqa: PLC0415 - as above

        with file_written_whole(options["out"]) as out:
            return export_controls(
                period=_period(options),
                out=out,
                exported_by=principal,
                size=options["checkpoint"],
                with_denied=options["with_denied"],
                earlier=options["earlier"],
            )

    _EXPORTS: ClassVar = {
        "export": _export_company,
        "export-leaves": _export_leaves,
        "export-log": _export_log,
        "export-controls": _export_controls,
    }

    def _say(self, text: str) -> None:
        self.stderr.write(text)


def _export(options: dict[str, Any]) -> Any:
    from apps.audit.services.export_evidence import export_company, export_document  # noqa: PLC0415

    if options["entry"]:
        return partial(export_document, object_id=options["entry"], earlier=options["earlier"])
    return partial(
        export_company,
        period=_period(options),
        with_compliance=options["with_compliance"],
        with_denied=options["with_denied"],
        earlier=options["earlier"],
    )


def _earlier(path: str | None) -> Any:
    from apps.audit.management.kept_checkpoint import kept_checkpoint  # noqa: PLC0415 - as above

    return None if path is None else kept_checkpoint(path=path)


def _typed_range(text: str) -> tuple[int, int | None]:
    """Read a range such as 730:1460 for argparse; without an end it goes to the end of the tree."""
    first, separator, end = text.partition(":")
    if not separator or not all(part.isascii() and part.isdecimal() for part in (first or "0", end or "0")):
        raise ArgumentTypeError(f"expected FIRST:END, such as 730:1460 or 730:, got {text!r}")
    return int(first or "0"), int(end) if end else None


def _period(options: dict[str, Any]) -> Any:
    from apps.audit.domain.archive.frame import Period  # noqa: PLC0415 - as above

    return Period(options["from_date"], options["to_date"])


def _write_keys(path: str) -> None:
    from apps.audit.domain.trusted_keys import TrustedKeys  # noqa: PLC0415 - as above

    text = get(TrustedKeys).text()
    with file_written_whole(path, is_public=True) as file:
        file.write(text.encode())


def _write_pack_keys(path: str) -> None:
    from apps.audit.domain.compliance.pack_keys import PackKeys  # noqa: PLC0415 - as above

    with file_written_whole(path, is_public=True) as file:
        file.write("".join(f"{key.text}\n" for key in get(PackKeys).trusted()).encode())
