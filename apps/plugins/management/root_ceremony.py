# SPDX-License-Identifier: Apache-2.0
"""`cortex marketplace root …`: make, sign and rotate the root of a repository, without settings or network.

It runs on machines that never see a network. Each holder keeps the file of their own key.
"""

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from apps.plugins.adapters.repository.distinct_keys import public_half
from apps.plugins.adapters.repository.root import new_root, next_root, read_root, sign_root, signed_by
from apps.plugins.adapters.signing.keys import new_key, public_key, public_text, signer_of
from apps.plugins.domain.marketplace.errors import RootMustBeSigned, RootMustBeWellFormed
from apps.plugins.domain.marketplace.names import ROOT
from apps.plugins.domain.marketplace.signing import ONLINE_ROLES
from cortex.errors import Malformed

_BYTES_MAX = 1 << 20


class CeremonyFileMustBeUsable(Malformed):
    """A file that was named cannot be read or written, or is there already."""

    code = "plugins.ceremony_file_must_be_usable"


def main(words: Sequence[str] | None = None) -> int:
    """Run `cortex marketplace root WORDS` and return 0; raises CortexError."""
    options = _parser().parse_args(words)
    verbs: Mapping[str, Callable[[argparse.Namespace], list[str]]] = {
        "new-key": _new_key,
        "create": _create,
        "sign": _sign,
        "rotate": _rotate,
        "verify": _verify,
    }
    try:
        lines = verbs[options.verb](options)
    except OSError as error:
        raise _unusable(str(error.filename), str(error.strerror)) from error
    for line in lines:
        sys.stdout.write(f"{line}\n")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="cortex marketplace root", description="The root of a repository.")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    key = verbs.add_parser("new-key", help="make the key of one holder; prints the public half")
    key.add_argument("file", type=Path, help="where the private half is written, for its owner alone")
    create = verbs.add_parser("create", help="write a first root, which the holders then sign")
    create.add_argument("--root-key", type=Path, action="append", required=True, help="a public half; three")
    create.add_argument("--threshold", type=int, default=2, help="how many holders must sign")
    create.add_argument("--online", type=Path, required=True, help="what `marketplace online-keys` printed")
    sign = verbs.add_parser("sign", help="add the signature of one holder")
    sign.add_argument("root", type=Path)
    sign.add_argument("--key", type=Path, required=True, help="the holder's private half")
    sign.add_argument("--former", type=Path, help="the root before, where its holders sign who leave")
    rotate = verbs.add_parser("rotate", help="write the next root: other keys, or a later end")
    rotate.add_argument("root", type=Path, help="the root that is published")
    rotate.add_argument("--add", type=Path, action="append", default=[], help="a public half of a new holder")
    rotate.add_argument("--remove", action="append", default=[], metavar="KEYID", help="a holder who leaves")
    rotate.add_argument("--online", type=Path, help="online keys, where they changed")
    for verb in (create, rotate):
        verb.add_argument(
            "--until", type=date.fromisoformat, required=True, help="the last day; in a year, say"
        )
        verb.add_argument("--out", type=Path, required=True)
    verify = verbs.add_parser("verify", help="tell who signed, and whether they are enough")
    verify.add_argument("root", type=Path)
    verify.add_argument("--former", type=Path, help="the root before it")
    return parser


def _new_key(options: argparse.Namespace) -> list[str]:
    return [public_text(new_key(path=options.file)).rstrip()]


def _create(options: argparse.Namespace) -> list[str]:
    keys = [public_key(path) for path in options.root_key]
    metadata = new_root(
        root_keys=keys,
        threshold=options.threshold,
        online=_online(options.online),
        expires=_end(options.until),
    )
    return _written(options.out, metadata.to_bytes(), is_new=True)


def _sign(options: argparse.Namespace) -> list[str]:
    metadata = read_root(_read(options.root))
    former = read_root(_read(options.former)).signed if options.former else None
    sign_root(metadata, signer=signer_of(options.key), former=former)
    _written(options.root, metadata.to_bytes(), is_new=False)
    signed = signed_by(metadata, root=metadata.signed)
    return [f"root {metadata.signed.version}: {len(signed.by)} of {signed.threshold} signatures of its keys"]


def _rotate(options: argparse.Namespace) -> list[str]:
    former = read_root(_read(options.root))
    metadata = next_root(
        former,
        added=[public_key(path) for path in options.add],
        removed=options.remove,
        online=_online(options.online) if options.online else {},
        expires=_end(options.until),
    )
    return _written(options.out, metadata.to_bytes(), is_new=True)


def _verify(options: argparse.Namespace) -> list[str]:
    metadata = read_root(_read(options.root))
    roots = [("its own keys", metadata.signed)]
    if options.former:
        roots.append(("the keys of the root before", read_root(_read(options.former)).signed))
    lines = [f"root {metadata.signed.version}, holds until {metadata.signed.expires:%Y-%m-%d}"]
    for role in (ROOT, *ONLINE_ROLES):
        keys = [metadata.signed.keys[keyid] for keyid in metadata.signed.roles[role].keyids]
        lines += [f"{role}: {key.keyid} {public_half(key)}" for key in keys]
    missing = 0
    for whose, root in roots:
        signed = signed_by(metadata, root=root)
        missing += not signed.is_enough
        lines.append(f"{len(signed.by)} of {signed.threshold} signatures of {whose}: {', '.join(signed.by)}")
    if missing:
        raise RootMustBeSigned(
            "\n".join([*lines, "Root: expected more signatures."]), evidence={"object": ROOT}
        )
    return lines


def _online(path: Path) -> dict[str, str]:
    """Return public halves by role, of the file that `marketplace online-keys` printed."""
    try:
        told: Any = json.loads(_read(path))
        return {role: str(told[role]) for role in ONLINE_ROLES}
    except (ValueError, KeyError, TypeError, RecursionError):
        raise RootMustBeWellFormed(
            f"File {path}: expected the online keys as `cortex marketplace online-keys` prints them.",
            evidence={"object": str(path)},
        ) from None


def _end(last: date) -> datetime:
    """Return the end of a day; people name the last one."""
    return datetime.combine(last, time.min, tzinfo=UTC) + timedelta(days=1)


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_BYTES_MAX)


def _written(path: Path, content: bytes, *, is_new: bool) -> list[str]:
    """Write the file; a root that somebody signed already is never overwritten by a new one."""
    if is_new and path.exists():
        raise _unusable(str(path), "it is there already")
    path.write_bytes(content)
    return [str(path)]


def _unusable(path: str, reason: str) -> CeremonyFileMustBeUsable:
    return CeremonyFileMustBeUsable(
        f"File {path}: {reason}.", evidence={"object": path, "got": reason, "remedy": "name another file"}
    )
