# SPDX-License-Identifier: Apache-2.0
"""`cortex logs …`: works without settings, database and network, as an auditor needs it."""

import argparse
import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, redirect_stdout
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from cortex.boot.configuration.artefact.keys import key_id, public_keys, word_of
from cortex.boot.configuration.sources.machine_file import machine_file
from cortex.boot.log_header.keys import VARIABLE, key_in, new_key
from cortex.boot.log_header.verification import Finding, Verdict, verify_log
from cortex.errors import CortexError

VERIFIED, REFUSED, UNREADABLE = 0, 1, 2
# Contexts stand above this room, which knows their programs by name alone.
VERIFIER = "apps.audit.management.verifier.verify"
MACHINE_SETTINGS = Path(".cortex", "env")


def main(words: Sequence[str] | None = None) -> int:
    """Run `cortex logs WORDS` and return its exit code."""
    arguments = _parser().parse_args(words)
    try:
        code: int = arguments.command(arguments)
    except CortexError as error:
        return _unreadable(f"{error.code}: {error.message}")
    except OSError as error:
        return _unreadable(f"{error.filename}: {error.strerror}; name files that can be read.")
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="cortex logs", description="Check who wrote a log, and that it is whole."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    verify = commands.add_parser(
        "verify", help="check every header of a log: 0 holds, 1 refused, 2 unreadable"
    )
    verify.add_argument(
        "files", nargs="+", metavar="FILE", help="a log; parts of a rotated one, the oldest first"
    )
    verify.add_argument(
        "--key",
        action="append",
        metavar="PUBLIC",
        help="public key as one word, or a file of them; again for several (default: that of this machine)",
    )
    verify.add_argument("--json", action="store_true", help="print the verdict as JSON")
    verify.add_argument(
        "--archive",
        metavar="LOG.zip",
        help="instead: prove the files complete and unaltered by an archive of the whole audit log",
    )
    verify.add_argument("--log-key", metavar="KEYS", help="the keys that the archive is verified with")
    verify.set_defaults(command=_verify)
    key = commands.add_parser("key", help="print the public key of this machine")
    key.set_defaults(command=_key)
    keygen = commands.add_parser("keygen", help="print a new signing key, which is a secret")
    keygen.set_defaults(command=_keygen)
    return parser


def _verify(arguments: argparse.Namespace) -> int:
    if arguments.archive or arguments.log_key:
        return _verify_custody(arguments)
    return _verify_headers(arguments)


def _verify_custody(arguments: argparse.Namespace) -> int:
    """Ask the verifier of archives, which auditors run without us; its words make room for JSON."""
    if not (arguments.archive and arguments.log_key):
        return _unreadable("--archive, --log-key: expected both, got one. Name the archive and its keys.")
    words = [
        arguments.archive,
        f"--log-key={arguments.log_key}",
        *(f"--log={name}" for name in arguments.files),
    ]
    with ExitStack() as stack:
        if arguments.json:
            stack.enter_context(redirect_stdout(sys.stderr))
            words.append("--json=/dev/stdout")
        code: int = import_module(VERIFIER).main(words)
    return code


def _verify_headers(arguments: argparse.Namespace) -> int:
    keys = {key_id(key): key for key in _keys(arguments.key)}
    with ExitStack() as stack:
        files = [stack.enter_context(Path(name).open("rb")) for name in arguments.files]
        verdict = verify_log(stream=_Joined(files), keys=keys)  # type: ignore[arg-type] # reads lines only
    _tell(verdict, files=arguments.files, as_json=arguments.json)
    return VERIFIED if verdict.holds else REFUSED


class _Joined:
    """Several files read as one."""

    def __init__(self, files: Sequence[BinaryIO]) -> None:
        self._files = list(files)

    def readline(self, size: int) -> bytes:
        while self._files:
            line = self._files[0].readline(size)
            if line:
                return line
            self._files.pop(0)
        return b""


def _keys(given: Sequence[str] | None) -> Iterator[Ed25519PublicKey]:
    if given is None:
        own = key_in(environ=_environment())
        if own is not None:
            yield own.public_key()
    for part in given or ():
        yield from public_keys(part, where="--key")


def _key(_arguments: argparse.Namespace) -> int:
    own = key_in(environ=_environment())
    if own is None:
        return _unreadable(f"{VARIABLE}: expected a key, got none. Set {VARIABLE} or {VARIABLE}_FILE.")
    sys.stdout.write(f"{word_of(own.public_key())}\n")
    return VERIFIED


def _keygen(_arguments: argparse.Namespace) -> int:
    sys.stdout.write(f"{new_key()}\n")
    return VERIFIED


def _environment() -> Mapping[str, str]:
    """Read the environment, and behind it what `make run` wrote for the checkout that is stood in."""
    found = None if f"{VARIABLE}_FILE" in os.environ else machine_file(MACHINE_SETTINGS).get(VARIABLE)
    return {**({VARIABLE: found.given} if found else {}), **os.environ}


def _tell(verdict: Verdict, *, files: Sequence[str], as_json: bool) -> None:
    name = " ".join(files)
    if as_json:
        sys.stdout.write(json.dumps(_as_json(verdict, files=files)) + "\n")
        return
    for finding in verdict.findings:
        if finding.reason:
            sys.stdout.write(f"{name} line {finding.line}: {finding.reason}.\n")
    if verdict.holds:
        signers = ", ".join(sorted({str(finding.fields["key_id"]) for finding in verdict.findings}))
        plural = "s" if verdict.headers > 1 else ""
        sys.stdout.write(
            f"{name}: verified: {verdict.headers} header{plural} by key {signers}; {verdict.lines} lines, of"
            " which the others are not signed.\n"
        )
    else:
        sys.stdout.write(f"{name}: REFUSED: {verdict.refused} of {verdict.lines} lines.\n")


def _as_json(verdict: Verdict, *, files: Sequence[str]) -> dict[str, Any]:
    return {
        "files": list(files),
        "verdict": "verified" if verdict.holds else "refused",
        "lines": verdict.lines,
        "headers": verdict.headers,
        "refused": verdict.refused,
        "findings": [_finding(finding) for finding in verdict.findings],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {"line": finding.line, "reason": finding.reason or None, "header": dict(finding.fields)}


def _unreadable(sentence: str) -> int:
    sys.stderr.write(f"{sentence}\n")
    return UNREADABLE
