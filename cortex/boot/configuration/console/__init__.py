# SPDX-License-Identifier: Apache-2.0
"""`cortex config …`: what is in force, and the signing of files. Needs no settings, and starts nothing."""

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path

from cortex.boot.configuration.artefact.signature import VERSION_MAX
from cortex.boot.configuration.console.showing import show
from cortex.boot.configuration.console.signing import keygen, sign_file, verify_file
from cortex.boot.configuration.errors import ConfigurationRefused
from cortex.boot.configuration.readers import Unexpected, Whole

REFUSED = 1


def main(words: Sequence[str]) -> int:
    """Run one of the commands; a refusal is one sentence on standard error, and exit code 1."""
    asked = _parser().parse_args(words)
    try:
        answer: str = asked.answer(asked)
    except ConfigurationRefused as error:
        sys.stderr.write(f"{error.code}: {error.message}\n")
        return REFUSED
    sys.stdout.write(answer)
    return 0


def _parser() -> ArgumentParser:
    parser = ArgumentParser(prog="cortex config", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    showing = commands.add_parser("show", help="print every value and where it came from; secrets are masked")
    showing.add_argument("--format", choices=("table", "json"), default="table")
    showing.set_defaults(answer=lambda asked: show(form=asked.format))

    making = commands.add_parser("keygen", help="make a key pair: NAME.key and NAME.pub")
    making.add_argument("--out", type=Path, required=True, metavar="NAME")
    making.set_defaults(answer=lambda asked: keygen(stem=asked.out))

    signing = commands.add_parser("sign", help="sign a file; the signature is written to FILE.sig")
    signing.add_argument("file", type=Path, metavar="FILE")
    signing.add_argument("--key", type=Path, required=True, metavar="NAME.key")
    signing.add_argument("--version", type=_version, required=True, metavar="N", help="higher than the last")
    signing.add_argument(
        "--expires", required=True, metavar="WHEN", help="2027-03-31, 2027-03-31T12:00:00Z or 90d"
    )
    signing.set_defaults(answer=_sign)

    verifying = commands.add_parser("verify", help="check a file as a start would, and change nothing")
    verifying.add_argument("file", type=Path, metavar="FILE")
    verifying.add_argument("--keys", help="instead of CORTEX_CONFIG_KEYS", metavar="KEYS")
    verifying.set_defaults(answer=lambda asked: verify_file(asked.file, keys=asked.keys))
    return parser


def _sign(asked: Namespace) -> str:
    return sign_file(asked.file, key=asked.key, version=asked.version, expires=asked.expires)


def _version(text: str) -> int:
    try:
        version = Whole(1).read(text)
    except Unexpected as error:
        raise ValueError from error
    if version > VERSION_MAX:
        raise ValueError
    return version
