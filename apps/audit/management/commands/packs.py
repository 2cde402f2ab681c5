# SPDX-License-Identifier: Apache-2.0
"""`packs list|install|run|posture|record|end-exception|keygen|sign|verify`."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from apps.audit.adapters.compliance.pack_signing import new_key, signed_note
from apps.audit.adapters.compliance.shipped_packs import shipped_packs
from apps.audit.adapters.policy_entities import (
    END_EXCEPTION,
    READ_COMPLIANCE,
    RECORD_PROCEDURE,
    RUN_CHECKS,
    WRITE_PACK,
)
from apps.audit.domain.compliance.errors import PackMustExist
from apps.audit.domain.compliance.pack_keys import PackKeys, signer_of
from apps.audit.domain.compliance.pack_schema import pack_of_text
from apps.audit.domain.compliance.probe import remedy_of
from apps.audit.management.words_by_hand import add_words_by_hand, words_of_record
from apps.audit.services.compliance.record_procedure import record_procedure
from apps.audit.services.compliance.run_checks import run_checks
from apps.audit.services.compliance.tell_posture import list_packs, tell_postures
from apps.audit.services.compliance.waiting_verbs import end_exception_or_wait
from apps.audit.services.compliance.write_pack import write_pack
from cortex.approvals.actions import PROPOSE, here
from cortex.identity.console import ConsoleCommand, read_file
from cortex.ports.asking import asks, nothing, of
from cortex.ports.principal import Principal
from cortex.ports.registry import get

_AT_THE_DESK = nothing("it reads and writes files of whoever types it")


@asks(
    list=of(READ_COMPLIANCE),
    install=of(WRITE_PACK, here(PROPOSE, company_id=None)),
    run=of(RUN_CHECKS),
    posture=of(READ_COMPLIANCE),
    record=of(RECORD_PROCEDURE),
    keygen=_AT_THE_DESK,
    sign=_AT_THE_DESK,
    verify=_AT_THE_DESK,
    **{"end-exception": of(END_EXCEPTION)},
)
class Command(ConsoleCommand):
    """Bring compliance packs in, run their checks, and sign packs of one's own."""

    help = "Compliance packs: what is watched, and what was found."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the verb and who acts."""
        self.add_actor(parser)
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("list", help="packs that were brought in, and those of this release")
        install = verbs.add_parser("install", help="bring a pack in; a second person approves it afterwards")
        install.add_argument("pack", help="a file, or the name of a pack of this release")
        install.add_argument("--note", help="the signature; by default beside the file, as .note")
        run = verbs.add_parser("run", help="run the checks of the packs in force")
        run.add_argument("--due", action="store_true", help="only those whose result has passed half its age")
        run.add_argument("--pack", help="only those of this pack")
        verbs.add_parser("posture", help="how controls stand, and what is to be done")
        add_words_by_hand(verbs)
        keygen = verbs.add_parser("keygen", help="make a key that signs packs; prints the public half")
        keygen.add_argument("name", help="the key's name, such as packs.example.com")
        keygen.add_argument("file", help="where the private half is written")
        sign = verbs.add_parser("sign", help="sign a pack; writes the signature beside it, as .note")
        sign.add_argument("pack")
        sign.add_argument("--key", required=True, help="the file of the private half")
        sign.add_argument("--name", required=True, help="the key's name")
        verify = verbs.add_parser("verify", help="look whether a pack is well formed, and who signed it")
        verify.add_argument("pack")
        verify.add_argument("--note")

    def handle(self, *args: Any, verb: str, **options: Any) -> None:
        """Do the verb and print what came of it."""
        getattr(self, f"_{verb.replace('-', '_')}")(self.principal(options["acting_user"]), options)

    def _list(self, principal: Principal, options: dict[str, Any]) -> None:
        for row in list_packs(reader=principal):
            self.stdout.write(f"{row.state:9} {row} {row.digest} signed by {row.signer}, {row.author}")
        for name in shipped_packs():
            self.stdout.write(f"shipped   {name}")

    def _install(self, principal: Principal, options: dict[str, Any]) -> None:
        text, note = _files(options)
        row = write_pack(text=text, note=note, written_by=principal)
        self.stdout.write(f"{row} waits for a second person (administration: Waiting for approval)")

    def _run(self, principal: Principal, options: dict[str, Any]) -> None:
        for run in run_checks(run_by=principal, only_due=options["due"], pack_name=options["pack"]):
            told = f"{run.passed_count} pass, {run.failed_count} fail, {run.unknown_count} unknown"
            self.stdout.write(f"{run.pack}: {told}")

    def _posture(self, principal: Principal, options: dict[str, Any]) -> None:
        for posture in tell_postures(reader=principal):
            counts = ", ".join(f"{count} {state}" for state, count in sorted(posture.counts.items()))
            self.stdout.write(f"{posture.pack.name} {posture.pack.version}: {counts}")
            for gap in posture.gaps:
                self.stdout.write(f"  {gap.control.id} {gap.control.title}: {gap.state}")
                for each in gap.checks:
                    self.stdout.write(f"    {each.check.id}: {each.status}. {each.reason}")
                    self.stdout.write(f"      {remedy_of(each.check.probe)}")
                for one in gap.by_hand:
                    self.stdout.write(f"    {one.procedure.id}: {one.status}. {one.reason}")

    def _record(self, principal: Principal, options: dict[str, Any]) -> None:
        row = record_procedure(**words_of_record(options), recorded_by=principal)
        self.stdout.write(f"{row.id}: {row} is recorded as {row.outcome}")

    def _end_exception(self, principal: Principal, options: dict[str, Any]) -> None:
        end_exception_or_wait(exception_id=options["exception"], reason=options["reason"], ended_by=principal)
        self.stdout.write(f"{options['exception']} counts no more")

    def _keygen(self, principal: Principal, options: dict[str, Any]) -> None:
        self.stdout.write(new_key(name=options["name"], path=Path(options["file"])).text)

    def _sign(self, principal: Principal, options: dict[str, Any]) -> None:
        pack = pack_of_text(_text(options["pack"]))
        target = Path(options["pack"]).with_suffix(".note")
        note = signed_note(pack=pack, name=options["name"], path=Path(options["key"]))
        target.write_text(note, encoding="utf-8")
        self.stdout.write(f"{target}: {pack.name} {pack.version}, SHA-256 {pack.digest}")

    def _verify(self, principal: Principal, options: dict[str, Any]) -> None:
        text, note = _files(options)
        pack = pack_of_text(text)
        signer = signer_of(pack=pack, note=note, keys=get(PackKeys).trusted())
        self.stdout.write(f"{pack.name} {pack.version}, SHA-256 {pack.digest}, signed by {signer}")


def _files(options: dict[str, Any]) -> tuple[str, str]:
    named = options["pack"]
    if (shipped := shipped_packs().get(named)) is not None:
        return shipped
    if "/" not in named and not Path(named).exists():
        raise PackMustExist(
            f"Pack {named[:60]}: expected a file or one of {', '.join(shipped_packs())}.",
            evidence={"object": "pack", "got": named[:60], "expected": sorted(shipped_packs())},
        )
    return _text(named), _text(options["note"] or str(Path(named).with_suffix(".note")))


def _text(path: str) -> str:
    return read_file(path).decode(errors="replace")
