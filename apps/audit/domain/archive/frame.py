# SPDX-License-Identifier: Apache-2.0
"""What every archive holds: what it is, how it is checked, and by what."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from apps.audit.domain.archive.container import ArchiveFile
from cortex.canonical_json import canonical_json

FORMAT = 1
README = """\
An evidence archive of {origin}: {what}.

It proves what the log says, to somebody who trusts neither whoever runs the log nor this file.

How to check it, on any computer with Python 3.9 or later and without a network:

    python verify.py {archive} --log-key KEYS

KEYS is a text file with the log's key and the witnesses' keys. Take it from somebody you trust and by
another way than this archive: whoever can change the archive can change a key that lies in it. Take
verify.py from there, too, or read the copy in here: it is one file, made to be read, and uses nothing but
Python itself. Where packs of controls are in here, add --pack-keys with the keys of those who sign
packs, from there as well. If you kept an earlier archive, or the file `checkpoint` of it, add --since with
that file: it says whether the log that you saw then is the beginning of this one.

The verifier prints what it proved and what it could not, and ends with VERIFIED, or with REFUSED and one
sentence that says where. `sha256sum --check MANIFEST.sha256` alone finds damage, not deceit.
"""


@dataclass(frozen=True, slots=True)
class Frame:
    """The signed tree that the archive hangs on, as bytes of its note, and the verifier that goes with it.

    `consistency` is the proof, as text, that the tree grew out of one that somebody saw earlier.
    """

    origin: str
    size: int
    checkpoint: bytes
    verifier: bytes
    consistency: bytes | None = None


@dataclass(frozen=True, slots=True)
class Period:
    """The days of documents that are shown; both are included, and None is open."""

    from_date: date | None = None
    to_date: date | None = None


ANY_DAY = Period()


@dataclass(frozen=True, slots=True)
class DocumentFile:
    """The documents of one type in their canonical form, each without a line's end."""

    object_type: str
    documents: Iterable[bytes]


@dataclass(frozen=True, slots=True)
class Opening:
    """A text that a leaf, or its document, is committed to."""

    leaf_id: UUID
    name: str
    salt: bytes
    value: str


# Asked a second time, it begins anew: leaf bodies are read once for their hashes and once for themselves.
Bodies = Callable[[], Iterable[bytes]]


def first_files(
    *,
    frame: Frame,
    what: str,
    kind: str,
    company_id: UUID | None = None,
    period: Period = ANY_DAY,
    leaves: Mapping[str, int] | None = None,
) -> Iterator[ArchiveFile]:
    """Return what every archive begins with: for people, for the verifier, and the signed note."""
    yield _readme_file(frame, what)
    yield _about_file(frame, kind, company_id, period, leaves)
    yield ArchiveFile("checkpoint", [frame.checkpoint])


def _about_file(
    frame: Frame,
    kind: str,
    company_id: UUID | None,
    period: Period,
    leaves: Mapping[str, int] | None,
) -> ArchiveFile:
    """Return the file that says what kind of archive this is; `leaves` says which, of a part of a log."""
    about = {
        "format": FORMAT,
        "kind": kind,
        "size": frame.size,
        **({"company": str(company_id)} if company_id else {}),
        **({"from": period.from_date.isoformat()} if period.from_date else {}),
        **({"to": period.to_date.isoformat()} if period.to_date else {}),
        **(leaves or {}),
    }
    return ArchiveFile("archive.json", [canonical_json(about)])


def _readme_file(frame: Frame, what: str) -> ArchiveFile:
    """Return the file for people, who may see nothing of this program but the archive."""
    text = README.format(origin=frame.origin, what=what, archive="ARCHIVE.zip")
    return ArchiveFile("README.txt", [text.encode()])


def consistency_files(*, frame: Frame) -> Iterator[ArchiveFile]:
    """Return the proof from the earlier tree, where one was asked for."""
    if frame.consistency is not None:
        yield ArchiveFile("consistency.tlog-proof", [frame.consistency])


def verifier_file(*, frame: Frame) -> ArchiveFile:
    """Return the verifier."""
    return ArchiveFile("verify.py", [frame.verifier])


def document_files(*, documents: Iterable[DocumentFile]) -> Iterable[ArchiveFile]:
    """Return one file for each type, a document on each line, in the order of the types."""
    for found in sorted(documents, key=lambda one: one.object_type):
        lines = (line + b"\n" for line in found.documents)
        yield ArchiveFile(f"documents/{found.object_type}.jsonl", lines)


def openings_file(*, openings: Iterable[Opening]) -> ArchiveFile:
    """Return the texts that were not erased, with the salts of their commitments."""
    return ArchiveFile("openings.jsonl", map(_opening_line, openings))


def _opening_line(opening: Opening) -> bytes:
    line = {
        "leaf": str(opening.leaf_id),
        "name": opening.name,
        "salt": opening.salt.hex(),
        "value": opening.value,
    }
    return canonical_json(line) + b"\n"
