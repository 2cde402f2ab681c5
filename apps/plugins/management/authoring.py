# SPDX-License-Identifier: Apache-2.0
"""`cortex plugin …`: write, try, build and sign plugins; it works without settings, database and network."""

import argparse
import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from apps.plugins.adapters.signing.keys import new_key, public_key, public_text, signer_of
from apps.plugins.adapters.signing.signed_bundle import add_signature, verify_bundle
from apps.plugins.domain.bundle import MANIFEST, unpack_bundle
from apps.plugins.domain.call_errors import PluginCallFailed
from apps.plugins.domain.capability import in_words
from apps.plugins.domain.manifest import Manifest
from apps.plugins.domain.read_manifest import read_manifest
from apps.plugins.management.author_files import instant, json_of, rows_of
from apps.plugins.services.authoring.build_plugin import build_plugin
from apps.plugins.services.authoring.new_plugin import new_plugin
from apps.plugins.services.authoring.run_handler import run_handler
from apps.plugins.services.authoring.run_tests import run_tests
from cortex.errors import Malformed

SUFFIX = ".cortex-plugin"
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
    for line in _lines(options):
        sys.stdout.write(f"{line}\n")
    return 0


def _lines(options: argparse.Namespace) -> list[str]:
    try:
        return _VERBS[options.verb](options)
    except OSError as error:
        if error.filename is None:
            raise
        raise FileMustBeUsable(
            f"{error.filename}: {error.strerror}.",
            evidence={"object": str(error.filename), "got": error.strerror},
        ) from error


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="cortex plugin", description="Write, try, build and sign plugins.")
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
    build = verbs.add_parser("build", help=f"make a signed bundle, ID-VERSION{SUFFIX}")
    build.add_argument("folder", type=Path)
    build.add_argument("--key", type=Path, required=True, help="the file of the publisher's private key")
    build.add_argument("--out", type=Path, default=Path(), help="the directory for the bundle")
    keygen = verbs.add_parser("keygen", help="make a key that signs plugins; prints the public half")
    keygen.add_argument("file", type=Path, help="where the private half is written")
    sign = verbs.add_parser("sign", help="add a signature to a bundle, as a reviewer does")
    sign.add_argument("bundle", type=Path)
    sign.add_argument("--key", type=Path, required=True)
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


def _run(options: argparse.Namespace) -> list[str]:
    given, rows = json_of(options.input), rows_of(options.rows)
    try:
        tried = run_handler(
            sources=options.folder,
            handler=options.handler,
            given=given,
            data=rows,
            at=options.at,
            cache=_cache(),
        )
    except PluginCallFailed as error:
        _tell_author(error)
        raise
    told = {
        "answer": tried.answered.answer,
        "rejected": tried.answered.rejected or None,
        "log": [f"{level}: {line}" for level, line in tried.answered.log],
        "published": [{"event": event, "data": data} for event, data in tried.emitted],
        "stored": {key: json.loads(text) for key, text in tried.stored.items()},
        "used": {"fuel": tried.answered.fuel, "host_calls": tried.answered.host_calls},
    }
    return [json.dumps(told, indent=2)]


def _tell_author(error: PluginCallFailed) -> None:
    """Write what the plugin logged and where its own code stood to standard error, before the refusal."""
    lines = [f"{level}: {line}" for level, line in error.evidence.get("log", [])]
    sys.stderr.write("\n".join([*lines, str(error.evidence.get("traceback", "")), ""]).lstrip("\n"))


def _build(options: argparse.Namespace) -> list[str]:
    built = build_plugin(sources=options.folder, key=options.key)
    path: Path = options.out / f"{built.manifest.id}-{built.manifest.version}{SUFFIX}"
    path.write_bytes(built.bundle)
    return [str(path)]


def _keygen(options: argparse.Namespace) -> list[str]:
    return [public_text(new_key(path=options.file))]


def _sign(options: argparse.Namespace) -> list[str]:
    """Sign, and tell what was signed: a reviewer vouches for this version and what it may do."""
    signed = add_signature(untrusted_bundle=options.bundle.read_bytes(), signer=signer_of(options.key))
    manifest = read_manifest(unpack_bundle(signed)[MANIFEST])
    options.bundle.write_bytes(signed)
    return [f"signed {manifest.id} {manifest.version}", *_rights(manifest), str(options.bundle)]


def _verify(options: argparse.Namespace) -> list[str]:
    keys = [public_key(path) for path in options.key]
    verified = verify_bundle(
        untrusted_bundle=options.bundle.read_bytes(),
        keys=keys,
        threshold=options.threshold or len({key.keyid for key in keys}),
    )
    manifest, by = verified.manifest, ", ".join(verified.signed_by)
    return [f"{manifest.id} {manifest.version}, signed by {by}", *_rights(manifest)]


def _rights(manifest: Manifest) -> Sequence[str]:
    return in_words(manifest.capabilities, company="(where it is installed)")


_VERBS: Mapping[str, Callable[[argparse.Namespace], list[str]]] = {
    "new": _new,
    "run": _run,
    "build": _build,
    "keygen": _keygen,
    "sign": _sign,
    "verify": _verify,
}


def _cache() -> Path:
    """Return where this person's programs keep what can be made again. Source: XDG Base Directory 0.8."""
    named = Path(os.environ.get("XDG_CACHE_HOME", ""))
    return (named if named.is_absolute() else Path.home() / ".cache") / "cortex-plugins"
