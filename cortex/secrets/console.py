# SPDX-License-Identifier: Apache-2.0
"""`cortex secrets …`: make and change the sealed file of one machine.

It runs before Django: the file may hold what Django starts with. A secret comes from standard input or is
asked for, never from the command line, which other users of the machine can read.
"""

import argparse
import getpass
import hashlib
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TextIO

from cortex.clock import now
from cortex.errors import CortexError
from cortex.secrets.sealed.document import NAME, Document
from cortex.secrets.sealed.sealed_file import SealedFile
from cortex.secrets.sealed.vault import with_new_version, with_secret

STATE = Path(__file__).resolve().parents[2] / ".cortex"
# What a new file starts with: the key that stored files are encrypted under.
FIRST_KEY = "cortex-files"


class SecretMustBeNamed(CortexError):
    """No secret of this name, or no name at all."""

    code = "secrets.secret_must_be_named"
    status = 422


def main(arguments: Sequence[str]) -> int:
    """Run one command and return 0; raises CortexError."""
    options = _parser().parse_args(arguments)
    options.run(SealedFile(path=options.file, identity_path=options.identity), options, sys.stdout)
    return 0


def sealed_with_keys(document: Document | None = None) -> Document:
    """Return what a new file holds."""
    return with_new_version(document or Document(), key_id=FIRST_KEY)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="cortex secrets", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--file", type=Path, default=_place("SEALED_SECRETS_FILE", "secrets.age"))
    parser.add_argument("--identity", type=Path, default=_place("SEALED_IDENTITY_FILE", "identity.age"))
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, (run, words) in _COMMANDS.items():
        command = commands.add_parser(name, help=words, description=words)
        command.set_defaults(run=run)
        if name in ("set", "get", "rotate-key"):
            command.add_argument("name", metavar="NAME")
        if name == "get":
            command.add_argument("--reveal", action="store_true", help="print the secret itself")
    return parser


def _place(variable: str, name: str) -> Path:
    return Path(os.environ.get(variable) or STATE / name)


def _seal(file: SealedFile, _options: argparse.Namespace, out: TextIO) -> None:
    file.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    file.create(sealed_with_keys())
    out.write(f"{file.path}, opened by {file.identity_path}\n")


def _set(file: SealedFile, options: argparse.Namespace, out: TextIO) -> None:
    name = _named(options.name)
    value = _asked_for(name)
    file.change(lambda document: with_secret(document, name=name, value=value, at=now()))
    out.write(f"{name} is set\n")


def _list(file: SealedFile, _options: argparse.Namespace, out: TextIO) -> None:
    document = file.open()
    out.writelines(
        f"secret {name}, set {entry.set_at.isoformat(timespec='seconds')}\n"
        for name, entry in sorted(document.secrets.items())
    )
    out.writelines(
        f"key {key_id}, version {max(versions)}\n" for key_id, versions in sorted(document.keys.items())
    )


def _get(file: SealedFile, options: argparse.Namespace, out: TextIO) -> None:
    entry = file.open().secrets.get(_named(options.name))
    if entry is None:
        raise _not_named(options.name, expected="one of `cortex secrets list`")
    value = entry.value.get_secret_value()
    # Enough to see whether two machines have the same one.
    shown = value if options.reveal else f"sha256:{hashlib.sha256(value.encode()).hexdigest()[:16]}"
    out.write(f"{shown}\n")


def _rotate_key(file: SealedFile, options: argparse.Namespace, out: TextIO) -> None:
    changed = file.change(lambda document: with_new_version(document, key_id=options.name))
    out.write(f"{options.name} is at version {max(changed.keys[options.name])}\n")


def _rotate_identity(file: SealedFile, _options: argparse.Namespace, out: TextIO) -> None:
    file.rotate_identity()
    out.write(f"{file.path} is sealed for the new identity in {file.identity_path}\n")


Run = Callable[[SealedFile, argparse.Namespace, TextIO], None]
_COMMANDS: Mapping[str, tuple[Run, str]] = {
    "seal": (_seal, "Make an empty sealed file, and an identity unless there is one."),
    "set": (_set, "Set a secret; its text is read from standard input, or asked for."),
    "list": (_list, "List names and when they were set."),
    "get": (_get, "Print a fingerprint of a secret."),
    "rotate-key": (_rotate_key, "Make a new version of a key; old ciphertexts stay readable."),
    "rotate-identity": (_rotate_identity, "Seal the file for a new identity and forget the old one."),
}


def _asked_for(name: str) -> str:
    value = getpass.getpass(f"{name}: ") if sys.stdin.isatty() else sys.stdin.read()
    if not value.strip():
        raise _not_named(name, expected="a text on standard input, got none")
    return value.strip()


def _named(name: str) -> str:
    if not NAME.match(name):
        raise _not_named(name, expected="a name of capital letters, digits and '_'")
    return name


def _not_named(name: str, *, expected: str) -> SecretMustBeNamed:
    return SecretMustBeNamed(
        f"Secret {name[:80]}: expected {expected}.", evidence={"object": name[:80], "expected": expected}
    )
