# SPDX-License-Identifier: Apache-2.0
"""`python -m cortex.embedded`: the commands behind `make run` and its relatives."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from cortex.embedded import console
from cortex.embedded.errors import EmbeddedError
from cortex.embedded.instance import AlreadyRunning

CHECKOUT = Path(__file__).resolve().parents[2]
INTERRUPTED = 130  # What a shell reports for a program that SIGINT ended.


def main(words: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; a failure is one sentence on standard error."""
    arguments = _parser().parse_args(words)
    try:
        arguments.command(arguments)
    except AlreadyRunning as other:
        return _report(other.message, code=0 if other.running else 1)
    except EmbeddedError as error:
        return _report(error.message, code=1)
    except OSError as error:
        where = error.filename or "The machine"
        return _report(f"{where} refused ({error.strerror}); remove the cause and start again.", code=1)
    except KeyboardInterrupt:
        return INTERRUPTED
    return 0


def _report(sentence: str, *, code: int) -> int:
    stream = sys.stderr if code else sys.stdout
    stream.write(f"{sentence}\n")
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m cortex.embedded", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    run = commands.add_parser("run", help="start everything and serve until Ctrl-C")
    run.add_argument("--port", type=_port, default=8000, help="TCP port of the web process (default 8000)")
    run.set_defaults(command=lambda given: console.run(checkout=CHECKOUT, port=given.port))
    up = commands.add_parser("up", help="start PostgreSQL and Valkey alone, in the background")
    up.set_defaults(command=lambda _: console.up(checkout=CHECKOUT))
    down = commands.add_parser("down", help="stop whatever runs for this checkout")
    down.set_defaults(command=lambda _: console.down(checkout=CHECKOUT))
    status = commands.add_parser("status", help="tell what runs for this checkout")
    status.set_defaults(command=lambda _: console.status(checkout=CHECKOUT))
    admin = commands.add_parser("admin-url", help="print the administrator's URL of the embedded PostgreSQL")
    admin.set_defaults(command=lambda _: console.admin_url(checkout=CHECKOUT))
    erase = commands.add_parser(
        "erase", help="remove the embedded databases of this checkout with all their data"
    )
    erase.set_defaults(command=lambda _: console.erase(checkout=CHECKOUT))
    provision = commands.add_parser(
        "provision", help="create the roles and the database on a server of your own"
    )
    provision.set_defaults(command=lambda _: console.provision_own_server())
    return parser


def _port(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"{text} is no TCP port; give a number from 1 to 65535")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
