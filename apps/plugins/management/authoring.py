# SPDX-License-Identifier: Apache-2.0
"""`cortex plugin …`: write, try, build and sign plugins; it works without settings, database and network."""

import argparse
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from apps.plugins.domain.bundle import SUFFIX
from apps.plugins.management.author_files import instant
from apps.plugins.management.publishing_words import add_verbs
from apps.plugins.management.words import OF_A_COMPANY, OF_THE_PLATFORM, WITH_SETTINGS
from apps.plugins.services.authoring.new_plugin import new_plugin
from apps.plugins.services.authoring.run_tests import run_tests
from cortex.errors import Malformed

__all__ = ["WITH_SETTINGS", "main"]
# The harness of the SDK tells the same, so that what is tried can be tried again.
_FIRST = datetime(2026, 1, 1, tzinfo=UTC)


class FileMustBeUsable(Malformed):
    """A file or folder that was named cannot be read or written."""

    code = "plugins.file_must_be_usable"


def main(words: Sequence[str] | None = None) -> int:
    """Run `cortex plugin WORDS` and return 0, or what the author's tests end with; raises CortexError."""
    options = _parser().parse_args(words)
    if options.verb == "test":
        return run_tests(sources=options.folder)
    if options.verb == "doctor":
        from apps.plugins.management.doctor import doctor  # noqa: PLC0415

        return doctor(options)
    for line in _lines(options):
        sys.stdout.write(f"{line}\n")
    return 0


def _lines(options: argparse.Namespace) -> list[str]:
    try:
        return _verb(options.verb)(options)
    except OSError as error:
        if error.filename is None:
            raise
        raise FileMustBeUsable(
            f"{error.filename}: {error.strerror}.",
            evidence={"object": str(error.filename), "got": error.strerror},
        ) from error


def _verb(name: str) -> Callable[[argparse.Namespace], list[str]]:
    """Return what does it; libraries that sign, and the sandbox, are imported by verbs that need them."""
    if name == "new":
        return _new
    if name == "run":
        from apps.plugins.management.trying import run  # noqa: PLC0415

        return run
    from apps.plugins.management import publishing, signing  # noqa: PLC0415

    return {
        "attest": publishing.attest,
        "pack": publishing.pack,
        "prove": publishing.prove,
        "publish": publishing.publish,
        "build": signing.build,
        "keygen": signing.keygen,
        "sign": signing.sign,
        "verify": signing.verify,
    }[name]


def _of_installations() -> str:
    """Return the words that another command answers, since they need settings and a database."""
    told = [f"  {name:<12} {words}" for name, words in {**OF_THE_PLATFORM, **OF_A_COMPANY}.items()]
    return "\n".join(["where Cortex runs:", *told])


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="cortex plugin",
        description="Write, try, build and sign plugins.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog=_of_installations(),
    )
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    new = verbs.add_parser("new", help="write a folder with a plugin that works, and its test")
    new.add_argument("folder", type=Path)
    new.add_argument("--id", required=True, help="reverse DNS, such as com.example.duplicate-guard")
    new.add_argument("--publisher", help="a domain, reversed; by default the id without its last word")
    test = verbs.add_parser("test", help="run the tests of a folder in ordinary Python, without a server")
    test.add_argument("folder", type=Path)
    run = verbs.add_parser("run", help="call a handler in the sandbox, under the limits of its manifest")
    run.add_argument("folder", type=Path)
    run.add_argument("handler")
    run.add_argument("--input", type=Path, help="a JSON file: what the handler is given; {} by default")
    run.add_argument("--rows", type=Path, help="a JSON file: the host's data, a list of rows by entity")
    run.add_argument("--at", type=instant, default=_FIRST, help="what the plugin is told as its moment")
    doctor = verbs.add_parser("doctor", help="look at this machine and a folder; tell what to do")
    doctor.add_argument("folder", type=Path, nargs="?")
    build = verbs.add_parser("build", help=f"make a signed bundle, ID-VERSION{SUFFIX}")
    build.add_argument("folder", type=Path)
    build.add_argument("--key", type=Path, required=True, help="the file of the publisher's private key")
    build.add_argument("--out", type=Path, default=Path(), help="the directory for the bundle")
    keygen = verbs.add_parser("keygen", help="make a key that signs plugins; prints the public half")
    keygen.add_argument("file", type=Path, help="where the private half is written")
    sign = verbs.add_parser("sign", help="add a signature to a bundle, as a reviewer does")
    sign.add_argument("bundle", type=Path)
    sign.add_argument("--key", type=Path, required=True)
    add_verbs(verbs)
    verify = verbs.add_parser("verify", help="check a bundle and its signatures; tell what it may do")
    verify.add_argument("bundle", type=Path)
    verify.add_argument("--key", type=Path, required=True, action="append", help="a public key; one or more")
    verify.add_argument("--threshold", type=int, help="how many of them must have signed; by default all")
    return parser


def _new(options: argparse.Namespace) -> list[str]:
    publisher = options.publisher or options.id.rpartition(".")[0]
    return [
        str(path) for path in new_plugin(folder=options.folder, plugin_id=options.id, publisher=publisher)
    ]
