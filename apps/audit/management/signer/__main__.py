# SPDX-License-Identifier: Apache-2.0
"""`python -m apps.audit.management.signer --origin NAME --directory DIR --socket PATH`: sign until SIGTERM.

`DIR` is the signer's alone: `memory.json`, `log.vkey` with the public key for whoever sets up witnesses, and
the sealed key where the environment names no vault. `--first` begins a memory where the key is older than it,
`--new-key` accepts a rotated key, `--adopt FILE` moves the memory forward to a checkpoint of the same key.
"""

import argparse
import logging
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from apps.audit.domain.note.checkpoint import Checkpoint
from apps.audit.domain.note.keys import VerifierKey
from apps.audit.domain.note.signed_note import SignedNote
from apps.audit.management.signer.doors import BOUNDS, doors_of
from apps.audit.management.signer.errors import SignerMemoryMustExist, TreeMustNotShrink
from apps.audit.management.signer.keeper import has_own_file, log_key, make_own_file
from apps.audit.management.signer.memory import MemoryFile, Remembered
from apps.audit.management.signer.sign_tree import LogSigner
from cortex.errors import CortexError
from cortex.secrets.sealed.private_file import replace_private
from cortex.sockets.bounded_server import serve_until_told
from cortex.sockets.unix_socket import listen_at

_FIRST = "where this log has never been signed, start once with --first; else restore the memory"


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve and return 0, or say in one sentence why not and return 1."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    options = _parser().parse_args(arguments)
    try:
        options.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        memory = MemoryFile(options.directory / "memory.json")
        with memory.held():
            signer = _ready(options, memory)
            if options.adopt is None:
                _serve(options, signer)
    except CortexError as error:
        sys.stderr.write(f"{error.code}: {error.message}\n")
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m apps.audit.management.signer", description=__doc__)
    parser.add_argument(
        "--origin", default=_origin(), required=not _origin(), help="the name of the log, AUDIT_LOG_ORIGIN"
    )
    parser.add_argument("--directory", type=Path, required=True, help="where memory and own key are kept")
    parser.add_argument("--socket", type=Path, required=True, help="where the integrator asks")
    parser.add_argument("--group", default="", help="let this group of accounts ask, too")
    only_one = parser.add_mutually_exclusive_group()
    only_one.add_argument(
        "--first", action="store_true", help="begin the memory of a log without checkpoints"
    )
    only_one.add_argument("--new-key", action="store_true", help="go on with a key that was rotated")
    only_one.add_argument("--adopt", type=Path, help="remember this checkpoint of ours, and end")
    return parser


def _origin() -> str:
    """Return the name of the log as the rest of the installation finds it; empty where nothing tells it."""
    given, public_url = os.environ.get("AUDIT_LOG_ORIGIN", ""), os.environ.get("PUBLIC_URL", "")
    host = urlsplit(public_url).hostname
    return given or (f"{host}/log" if host else "")


def _ready(options: argparse.Namespace, memory: MemoryFile) -> LogSigner:
    """Find key and memory, or make both at the very first start."""
    is_new = (
        has_own_file(environ=os.environ)
        and not memory.exists()
        and make_own_file(directory=options.directory)
    )
    kept = log_key(environ=os.environ, directory=options.directory)
    key = kept.verifier(origin=options.origin)
    if is_new or options.first:
        memory.begin(Remembered(key=key.text, origin=key.name))
    elif not memory.exists():
        raise SignerMemoryMustExist(
            f"Memory {memory.path}: expected one, since the key {key.text} was there before; got none. "
            f"To help: {_FIRST}.",
            evidence={"object": str(memory.path), "remedy": _FIRST},
        )
    if options.new_key:
        memory.write(replace(memory.read(), key=key.text))
    if options.adopt is not None:
        _adopt(options.adopt.read_text(encoding="utf-8"), key, memory)
    replace_private(options.directory / "log.vkey", f"{key.text}\n".encode())
    return LogSigner(key=key, sign=kept.sign, memory=memory)


def _adopt(text: str, key: VerifierKey, memory: MemoryFile) -> None:
    """Move the memory forward to a checkpoint that this key signed; raises TreeMustNotShrink."""
    note = SignedNote.parse(text)
    note.signed_by(keys=[key])
    checkpoint, last = Checkpoint.parse(note.text), memory.read()
    if checkpoint.size < last.size or checkpoint.origin != last.origin:
        raise TreeMustNotShrink(
            f"Checkpoint: expected one of {last.origin} with {last.size} leaves or more, got one of "
            f"{checkpoint.origin} with {checkpoint.size}.",
            evidence={"object": "checkpoint", "expected": last.size, "got": checkpoint.size},
        )
    memory.write(replace(last, size=checkpoint.size, root=checkpoint.root.hex()))


def _serve(options: argparse.Namespace, signer: LogSigner) -> None:
    server = listen_at(options.socket, doors=doors_of(signer), bounds=BOUNDS, group=options.group)
    logging.getLogger(__name__).info("signs for %s after %d leaves", signer.key.text, signer.last().size)
    serve_until_told(server)


if __name__ == "__main__":
    sys.exit(main())
