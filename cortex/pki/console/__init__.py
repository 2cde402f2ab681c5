# SPDX-License-Identifier: Apache-2.0
"""`cortex pki …`: the private authority, and the certificates of services.

It runs before Django: the servers that Django needs may be waiting for their certificates. What it issues
stands in the authority's register; `cortex certificates record` brings that into the administration.
"""

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TextIO

from cortex.pki.chosen import usual_directory
from cortex.pki.console import holdings, keeping

Run = Callable[[argparse.Namespace, TextIO], int]


def main(arguments: Sequence[str]) -> int:
    """Run one command and return its exit status; raises CortexError."""
    options = _parser().parse_args(arguments)
    run: Run = options.run
    return run(options, sys.stdout)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="cortex pki", description=(__doc__ or "").splitlines()[0])
    place = usual_directory()
    parser.add_argument(
        "--directory", type=Path, default=place, help="where the authority, or its root, lies"
    )
    parser.add_argument("--vault", action="store_true", help="the vault of the configuration signs")
    parser.add_argument("--vault-mount", default="pki")
    parser.add_argument("--vault-role", default="cortex-service")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, (run, words) in _COMMANDS.items():
        command = commands.add_parser(name, help=words, description=words)
        command.set_defaults(run=run)
        _ARGUMENTS.get(name, _nothing)(command)
    return parser


_COMMANDS: Mapping[str, tuple[Run, str]] = {
    "init": (
        keeping.init,
        "Make a root, sealed for an identity to be kept elsewhere, and an issuing authority.",
    ),
    "prepare": (keeping.prepare, "Make the next issuing authority; services learn of it before it signs."),
    "change-over": (keeping.change_over, "Let the newest issuing authority sign."),
    "request": (holdings.request, "Make a key that stays here, and a signing request for it."),
    "issue": (holdings.issue, "Issue a certificate: for a key made here, or for a signing request."),
    "renew": (holdings.renew_here, "Renew the certificate in a directory, for the same names and key."),
    "revoke": (keeping.revoke, "Take a certificate back for good."),
    "list": (keeping.list_issued, "List what was issued, the newest first."),
    "crl": (holdings.bring, "Bring authorities and revocations, signed anew, to directories of services."),
    "check": (
        holdings.check,
        "Say how long certificates have to live; 1 if one is due, does not fit or has ended.",
    ),
}


def _nothing(_command: argparse.ArgumentParser) -> None:
    """Take no arguments."""


def _identity(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--identity",
        type=Path,
        required=True,
        metavar="FILE",
        help="opens the root's key; not on this machine",
    )


def _init(command: argparse.ArgumentParser) -> None:
    command.add_argument("--trust-domain", default="cortex", metavar="NAME")
    _identity(command)


def _names(command: argparse.ArgumentParser) -> None:
    command.add_argument("service", metavar="SERVICE")
    _beside(command)
    command.add_argument("--dns", action="append", default=[], metavar="NAME")
    command.add_argument("--ip", action="append", default=[], metavar="ADDRESS")
    _life(command)
    place = command.add_mutually_exclusive_group(required=True)
    place.add_argument("--out", type=Path, metavar="DIRECTORY", help="make a key here")
    place.add_argument(
        "--csr", type=Path, metavar="FILE", help="certify the key of this request; prints the chain"
    )


def _beside(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--beside",
        type=Path,
        metavar="DIRECTORY",
        help="another root that still counts, while this one replaces it",
    )


def _life(command: argparse.ArgumentParser) -> None:
    command.add_argument("--hours", type=float, default=24.0, help="how long it lives")


def _renewal(command: argparse.ArgumentParser) -> None:
    command.add_argument("places", type=Path, nargs="+", metavar="DIRECTORY")
    command.add_argument(
        "--due-only", action="store_true", help="only those with less than a third of their life"
    )
    _beside(command)
    _life(command)


def _places(command: argparse.ArgumentParser) -> None:
    command.add_argument("places", type=Path, nargs="+", metavar="DIRECTORY")


def _told(command: argparse.ArgumentParser) -> None:
    _places(command)
    _beside(command)


def _request(command: argparse.ArgumentParser) -> None:
    command.add_argument("service", metavar="SERVICE")
    command.add_argument("--out", type=Path, required=True, metavar="DIRECTORY")


def _serial(command: argparse.ArgumentParser) -> None:
    command.add_argument("serial", metavar="SERIAL")


_ARGUMENTS: Mapping[str, Callable[[argparse.ArgumentParser], None]] = {
    "init": _init,
    "prepare": _identity,
    "request": _request,
    "issue": _names,
    "renew": _renewal,
    "revoke": _serial,
    "crl": _told,
    "check": _places,
}
