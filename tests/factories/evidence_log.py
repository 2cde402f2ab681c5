# SPDX-License-Identifier: Apache-2.0
"""A log in memory, with a key and witnesses of its own, for archives that need no database."""

import hashlib
import io
import json
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from uuid import UUID
from zipfile import ZipFile

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from apps.audit.domain.archive.container import MANIFEST, ArchiveFile, write_container
from apps.audit.domain.archive.frame import DocumentFile, Frame, Opening, Period
from apps.audit.domain.archive.one_company import CompanyLeaves, company_files
from apps.audit.domain.archive.part_of_log import range_files
from apps.audit.domain.archive.proof_text import consistency_text
from apps.audit.domain.archive.single_documents import PlacedLeaf, document_archive_files
from apps.audit.domain.archive.single_leaves import leaf_archive_files
from apps.audit.domain.archive.whole_log import log_files
from apps.audit.domain.commitment import commit
from apps.audit.domain.merkle.frontier import Frontier
from apps.audit.domain.merkle.hashes import leaf_hash, tree_root
from apps.audit.domain.merkle.proofs import consistency_proof
from apps.audit.management.verifier import verify as verifier
from cortex.canonical_json import canonical_json

VERIFIER = Path(verifier.__file__)
ORIGIN = "books.example.com/log"
ENTRY = "accounting.journal_entry"
SEGMENT_VERB = "audit.log_segment.seal"
SEEN_AT = 1_780_000_000


def signing_key(seed: int) -> Ed25519PrivateKey:
    """Return a key that is the same in every run."""
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"key %d" % seed).digest())


@dataclass(frozen=True)
class Signer:
    """Signs notes as the log (kind 1) or as a witness (kind 4)."""

    name: str
    kind: int
    key: Ed25519PrivateKey

    @property
    def public(self) -> bytes:
        return bytes([self.kind]) + self.key.public_key().public_bytes_raw()

    @property
    def key_id(self) -> bytes:
        return hashlib.sha256(self.name.encode() + b"\n" + self.public).digest()[:4]

    @property
    def vkey(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{b64encode(self.public).decode()}"

    def line(self, text: bytes, seen_at: int = SEEN_AT) -> bytes:
        if self.kind == 1:
            raw = self.key.sign(text)
        else:
            raw = seen_at.to_bytes(8, "big") + self.key.sign(b"cosignature/v1\ntime %d\n" % seen_at + text)
        return f"\u2014 {self.name} {b64encode(self.key_id + raw).decode()}\n".encode()


LOG = Signer(ORIGIN, 1, signing_key(1))
WITNESSES = [Signer(f"witness{number}.example", 4, signing_key(10 + number)) for number in range(3)]


def keys_text(*, quorum: str = "two", log: Signer = LOG) -> str:
    """Return what an auditor trusts: this log, and two of its three witnesses."""
    lines = [f"log {log.vkey}"]
    lines += [f"witness w{number} {witness.vkey}" for number, witness in enumerate(WITNESSES)]
    return "\n".join([*lines, "group two 2 w0 w1 w2", "group every all w0 w1 w2", f"quorum {quorum}"]) + "\n"


@dataclass
class LogInMemory:
    """Leaves as the integrator orders them: heads before each checkpoint, `heads` last."""

    bodies: list[bytes] = field(default_factory=list)
    own: dict[UUID, list[bytes]] = field(default_factory=dict)
    newest: dict[UUID, bytes] = field(default_factory=dict)
    documents: dict[UUID, list[tuple[date, bytes]]] = field(default_factory=dict)
    openings: dict[UUID, list[tuple[date | None, Opening]]] = field(default_factory=dict)
    segments: list[bytes] = field(default_factory=list)
    # The size of the tree from which archives prove that theirs grew.
    earlier: int | None = None
    # What lies in archives as verify.py, where the real one would be many bytes too many.
    verifier: bytes = b""

    def append(self, company_id: UUID | None, *, day: date | None = None, text: str = "") -> UUID:
        """Append a leaf; with a day it is that of a document, whose narration is `text`."""
        leaf_id, number = UUID(int=0x7000_8000 << 64 | len(self.bodies) + 1), len(self.bodies)
        digest, commitments = None, {}
        narration = commit(text, salt=hashlib.sha256(b"salt %d" % number).digest())
        opening = Opening(leaf_id, "narration", narration.salt, text)
        if day and company_id:
            document = canonical_json(
                {
                    "v": 1,
                    "company": str(company_id),
                    "entry": str(UUID(int=number)),
                    "accounting_date": day.isoformat(),
                    "narration": narration.digest.hex(),
                    "lines": [[1, "EUR", number]],
                }
            )
            digest = hashlib.sha256(document).hexdigest()
            self.documents.setdefault(company_id, []).append((day, document))
        elif text:
            commitments = {"narration": narration.digest.hex()}
        if text and company_id:
            self.openings.setdefault(company_id, []).append((day, opening))
        self._add(company_id, leaf_id, number, digest, commitments, day)
        return leaf_id

    def fix(
        self, verb: str, object_type: str, object_id: UUID, digest: str, company_id: UUID | None = None
    ) -> int:
        """Append a leaf, of the platform or a company, that fixes what has this digest; return its place."""
        body = canonical_json(
            {
                "v": 1,
                "id": str(UUID(int=0x7000_8000 << 64 | len(self.bodies) + 1)),
                "company": str(company_id) if company_id else None,
                "actor": "service:scheduler",
                "verb": verb,
                "object": {"type": object_type, "id": str(object_id)},
                "digest": digest,
                "commitments": {},
            }
        )
        self.bodies.append(body)
        if company_id:
            self.own.setdefault(company_id, []).append(body)
        return len(self.bodies) - 1

    def placed(self, index: int) -> PlacedLeaf:
        """Return a leaf with its place."""
        body = self.bodies[index]
        return PlacedLeaf(UUID(json.loads(body)["id"]), index, body)

    def seal_segment(self, statement: bytes) -> None:
        """Append the leaf of a segment of a process's log."""
        self.segments.append(statement)
        digest = hashlib.sha256(statement).hexdigest()
        self.fix(SEGMENT_VERB, "audit.log_segment", UUID(int=len(self.bodies)), digest)

    def _add(
        self,
        company_id: UUID | None,
        leaf_id: UUID,
        number: int,
        digest: str | None,
        commitments: dict[str, str],
        day: date | None,
    ) -> None:
        body = canonical_json(
            {
                "v": 1,
                "id": str(leaf_id),
                "company": str(company_id) if company_id else None,
                "actor": "urn:cortex:user:alice",
                "verb": f"{ENTRY}.post",
                "object": {"type": ENTRY, "id": str(UUID(int=number))},
                "digest": digest,
                "commitments": commitments,
                **({"counts_on": day.isoformat()} if day else {}),
            }
        )
        self.bodies.append(body)
        if company_id:
            self.own.setdefault(company_id, []).append(body)

    def seal(self) -> None:
        """Append a head for each company that changed, and `heads` over the newest of all."""
        for company_id in sorted(self.own):
            own = self.own[company_id]
            root = tree_root(hashes=[leaf_hash(body) for body in own]).hex()
            head = {"company": str(company_id), "count": len(own), "root": root}
            body = canonical_json({"v": 1, "head": head})
            if self.newest.get(company_id) != body:
                self.newest[company_id] = body
                self.bodies.append(body)
        root = tree_root(hashes=[leaf_hash(body) for body in self.heads]).hex()
        self.bodies.append(canonical_json({"v": 1, "heads": {"companies": len(self.heads), "root": root}}))

    @property
    def heads(self) -> list[bytes]:
        return [self.newest[company_id] for company_id in sorted(self.newest)]

    def checkpoint(
        self,
        *,
        log: Signer = LOG,
        witnesses: Sequence[Signer] = WITNESSES,
        seen_at: int = SEEN_AT,
        clocks: Sequence[int] = (),
    ) -> bytes:
        """Return the co-signed note of the tree as it is, by witnesses at one time or each by its clock."""
        root = tree_root(hashes=[leaf_hash(body) for body in self.bodies])
        text = f"{log.name}\n{len(self.bodies)}\n{b64encode(root).decode()}\n".encode()
        times = clocks or [seen_at] * len(witnesses)
        lines = [witness.line(text, at) for witness, at in zip(witnesses, times, strict=True)]
        return text + b"\n" + log.line(text) + b"".join(lines)

    def frame(self, checkpoint: bytes | None = None) -> Frame:
        note, proof = checkpoint or self.checkpoint(), None
        if self.earlier:
            proof = consistency_text(
                old_size=self.earlier, proof=self.proof_from(self.earlier), checkpoint=note
            )
        return Frame(ORIGIN, len(self.bodies), note, self.verifier or VERIFIER.read_bytes(), proof)

    def proof_from(self, old_size: int) -> list[bytes]:
        return consistency_proof(old_size=old_size, new_size=len(self.bodies), read=self.read_tile)

    def read_tile(self, level: int, place: int) -> bytes:
        return Frontier().append(leaf_hashes=[leaf_hash(body) for body in self.bodies])[level, place]


def log_archive(log: LogInMemory, checkpoint: bytes | None = None) -> bytes:
    """Return the archive of the whole log."""
    return packed(list(log_files(frame=log.frame(checkpoint), bodies=log.bodies, segments=log.segments)))


def range_archive(log: LogInMemory, first: int, end: int) -> bytes:
    """Return the archive of some leaves in a row."""
    files = range_files(
        frame=log.frame(), first=first, end=end, bodies=log.bodies[first:end], read=log.read_tile
    )
    return packed(list(files))


def company_archive(log: LogInMemory, company_id: UUID, *, period: Period | None = None) -> bytes:
    """Return the archive of one company."""
    return packed(company_archive_files(log, company_id, period=period))


def company_archive_files(
    log: LogInMemory,
    company_id: UUID,
    *,
    period: Period | None = None,
    compliance: Sequence[ArchiveFile] = (),
    denials: Sequence[ArchiveFile] = (),
) -> list[ArchiveFile]:
    """Return the files of the archive of one company, for tests that change some."""
    period = period or Period()
    first, last = period.from_date or date.min, period.to_date or date.max
    documents = [line for day, line in log.documents.get(company_id, []) if first <= day <= last]
    openings = [
        opening for day, opening in log.openings.get(company_id, []) if day is None or first <= day <= last
    ]
    leaves = CompanyLeaves(
        company_id=company_id,
        bodies=lambda: log.own[company_id],
        head=log.newest[company_id],
        head_hashes=[leaf_hash(head) for head in log.heads],
        place=sorted(log.newest).index(company_id),
        last_body=log.bodies[-1],
    )
    files = company_files(
        frame=log.frame(),
        leaves=leaves,
        read=log.read_tile,
        period=period,
        documents=[DocumentFile(ENTRY, documents)],
        openings=openings,
        compliance=compliance,
        denials=denials,
    )
    return [ArchiveFile(file.name, list(file.pieces)) for file in files]


def document_archive(log: LogInMemory, company_id: UUID, leaf_ids: Sequence[UUID]) -> bytes:
    """Return the archive of single leaves, with their documents and texts."""
    wanted = {str(leaf_id).encode() for leaf_id in leaf_ids}
    leaves = [
        PlacedLeaf(leaf_id, index, body)
        for index, body in enumerate(log.bodies)
        for leaf_id in leaf_ids
        if b'"id":"' + str(leaf_id).encode() in body
    ]
    digests = b"".join(leaf.body for leaf in leaves)
    documents = [
        line
        for _, line in log.documents.get(company_id, [])
        if hashlib.sha256(line).hexdigest().encode() in digests
    ]
    openings = [one for _, one in log.openings.get(company_id, []) if str(one.leaf_id).encode() in wanted]
    files = document_archive_files(
        frame=log.frame(),
        company_id=company_id,
        leaves=leaves,
        read=log.read_tile,
        documents=[DocumentFile(ENTRY, documents)] if documents else [],
        openings=openings,
    )
    return packed(list(files))


def leaf_archive(log: LogInMemory, places: Sequence[int]) -> bytes:
    """Return the archive of the leaves at these places, of whichever company."""
    leaves = [log.placed(index) for index in places]
    return packed(list(leaf_archive_files(frame=log.frame(), leaves=leaves, read=log.read_tile)))


def packed(files: Sequence[ArchiveFile]) -> bytes:
    """Return the container with these files."""
    out = io.BytesIO()
    write_container(out=out, files=files)
    return out.getvalue()


def forged(archive: bytes, change: dict[str, bytes | None]) -> bytes:
    """Return the archive with other files, by a forger who makes manifest, checksums and headers fit.

    A file of None is removed; one that was not there is added.
    """
    with ZipFile(io.BytesIO(archive)) as old:
        files = {name: old.read(name) for name in old.namelist() if name != MANIFEST}
    files |= {name: content for name, content in change.items() if content is not None}
    kept = sorted(name for name in files if change.get(name, b"") is not None)
    return packed([ArchiveFile(name, [files[name]]) for name in kept])


def content(archive: bytes, name: str) -> bytes:
    """Return one file of the archive."""
    with ZipFile(io.BytesIO(archive)) as opened:
        return opened.read(name)


@dataclass(frozen=True)
class Verdict:
    """What the verifier says of an archive; `refused` is its sentence, or None."""

    refused: str | None
    report: verifier.Report


def verdict(
    archive: bytes,
    *,
    keys: str | None = None,
    since: bytes | None = None,
    max_age: int | None = None,
    now: float = SEEN_AT + 60,
    pack_keys: dict[tuple[str, bytes], bytes] | None = None,
    logs: Sequence[Path] = (),
) -> Verdict:
    """Verify as the program does, but let whatever has no sentence of its own fail the test."""
    trusted, report = verifier.Keys(keys or keys_text()), verifier.Report()
    earlier = verifier.Checkpoint(since, trusted, "your earlier checkpoint") if since else None
    try:
        read = verifier.Archive(io.BytesIO(archive))
        verifier.verify(read, trusted, earlier, max_age, now, report, pack_keys, list(logs))
    except verifier.Refused as error:
        return Verdict(str(error), report)
    return Verdict(None, report)
