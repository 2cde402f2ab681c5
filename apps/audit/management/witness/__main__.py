# SPDX-License-Identifier: Apache-2.0
"""`python -m apps.audit.management.witness init …` makes a witness; `--config FILE` serves until SIGTERM."""

import argparse
import logging
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from apps.audit.domain.note.keys import VerifierKey
from apps.audit.management.witness.begin import asking_policy, begin_witness
from apps.audit.management.witness.configuration import UNIX, read_configuration
from apps.audit.management.witness.cosign import Witness
from apps.audit.management.witness.doors import BOUNDS, doors_of
from apps.audit.management.witness.errors import WitnessMustBeConfigured
from apps.audit.management.witness.memory import WitnessMemory
from apps.audit.management.witness.own_key import WitnessKey
from cortex.errors import CortexError
from cortex.secrets.sealed.private_file import replace_private
from cortex.sockets.bounded_server import BoundedServer, serve_until_told
from cortex.sockets.unix_socket import listen_at


def main(arguments: Sequence[str] | None = None) -> int:
    """Make a witness or serve one; return 0, or say in one sentence why not and return 1."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    words = sys.argv[1:] if arguments is None else list(arguments)
    try:
        if words[:1] == ["init"]:
            _begin(_init_parser().parse_args(words[1:]))
        else:
            _serve(_parser().parse_args(words).config)
    except CortexError as error:
        sys.stderr.write(f"{error.code}: {error.message}\n")
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m apps.audit.management.witness", description=__doc__)
    parser.add_argument("--config", type=Path, required=True, help="the file that init made")
    return parser


def _init_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m apps.audit.management.witness init")
    parser.add_argument("--directory", type=Path, required=True, help="where its files are made")
    parser.add_argument("--name", required=True, help="its name, such as witness.example/w1")
    parser.add_argument("--listen", required=True, help="HOST:PORT or unix:PATH")
    parser.add_argument("--log", type=Path, action="append", required=True, help="a file with a log's key")
    parser.add_argument("--policy", type=Path, help="write a file by which the first log asks this witness")
    return parser


def _begin(options: argparse.Namespace) -> None:
    logs = [VerifierKey.parse(_text(path)) for path in options.log]
    key = begin_witness(directory=options.directory, name=options.name, listen=options.listen, logs=logs)
    if options.policy is not None:
        url = options.listen if options.listen.startswith(UNIX) else f"http://{options.listen}"
        replace_private(options.policy, asking_policy(log=logs[0], witness=key, url=url).encode())
    sys.stdout.write(f"{key.text}\n")


def _serve(path: Path) -> None:
    configuration = read_configuration(path)
    memory = WitnessMemory(configuration.memory_path)
    key = WitnessKey.read(configuration.key_path, name=configuration.name)
    doors = doors_of(Witness(key=key, logs=configuration.logs, memory=memory, now=_now))
    if isinstance(configuration.address, str):
        server = listen_at(Path(configuration.address), doors=doors, bounds=BOUNDS)
    else:
        server = BoundedServer(configuration.address, doors=doors, bounds=BOUNDS)
    logging.getLogger(__name__).info("witnesses %d logs as %s", len(configuration.logs), key.verifier.text)
    serve_until_told(server)
    memory.close()


def _now() -> int:
    return int(time.time())


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise WitnessMustBeConfigured(
            f"File {path}: expected a log's key, got none that can be read. Correct the path.",
            evidence={"object": str(path)},
        ) from error


if __name__ == "__main__":
    sys.exit(main())
