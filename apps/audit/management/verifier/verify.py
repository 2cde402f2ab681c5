#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Verify an evidence archive offline: this one file, Python 3.9 or later, no network, no database.

    python verify.py ARCHIVE.zip --log-key KEYS [--since OLD_CHECKPOINT_OR_ARCHIVE] [--max-age SECONDS]
                     [--pack-keys PACK_KEYS] [--log LOG_FILE …] [--json REPORT]

KEYS is a text file that you got from somebody you trust, by another way than the archive (C2SP tlog-policy):
the log's key, the witnesses' keys, and how many witnesses must have signed. Exit status: 0 everything was
verified; 1 the archive is refused; 2 a file could not be read, or the keys are malformed. What a line
`found:` says is proved, too, and changes no status: the books must answer for it, not the archive.

How it hangs together: a *leaf* says who did what to what, with a digest of the content. All leaves are the
leaves of one hash tree (RFC 6962). The *checkpoint* is a signed note with the tree's size and root. Before
each checkpoint the log adds one leaf for each company that changed, its *head* (number and root of that
company's own leaves), and last of all one `heads` leaf over the newest heads of all companies. So the last
leaf of the signed tree fixes each company's newest head, and that head fixes all leaves of the company.

With --since, the tree that you saw then must be the beginning of this one: nothing in it was changed, moved
or removed. OLD_CHECKPOINT is the file `checkpoint` of an archive that you kept, or that whole archive.

An archive may tell how controls stood, too (`compliance/`, `oscal/`). The leaf of a run of checks fixes what
each check found, the digest of its evidence and the run before it; the leaf of an approval fixes the pack.
PACK_KEYS is a text file with a key on each line, of those whose packs you trust.

What was denied is sealed by the interval (`denials/`): a leaf fixes the statement of a seal, the statement
the root over the hashes of all denials in it, and a hash the denial itself, where it is here.

With --log, files that processes logged into are compared with the segments that leaves of a whole log fixed.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import bisect
import hashlib
import json
import re
import struct
import sys
import time
import zlib
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO

sha256 = hashlib.sha256
MIB = 1024 * 1024
ARCHIVE_BYTES_MAX = 2**31 - 1
LEAF_BYTES_MAX = 65_535
LINE_BYTES_MAX = 16 * MIB
DOCUMENTS_BYTES_MAX = 1024 * MIB
SMALL_FILE_BYTES_MAX = MIB
BUNDLE = 256
# How far the clock of a witness may run ahead of this one.
CLOCK_SECONDS = 300


class Refused(Exception):
    """The archive does not prove what it claims; the message is one sentence that says where."""


class Unreadable(Exception):
    """What was given could not be read at all, so that nothing is said about the books."""


# ── 1 Ed25519 signatures (RFC 8032), in plain integers ──────────────────────────────────────────────
PRIME = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
CURVE_D = -121665 * pow(121666, PRIME - 2, PRIME) % PRIME
ROOT_OF_MINUS_ONE = pow(2, (PRIME - 1) // 4, PRIME)
NEUTRAL = (0, 1, 1, 0)


def decode_point(data: bytes) -> Any:
    """Return the point in extended coordinates, or None if the bytes are no canonical point (5.1.3)."""
    number = int.from_bytes(data, "little")
    y, sign = number & (2**255 - 1), number >> 255
    if y >= PRIME:
        return None
    u, v = (y * y - 1) % PRIME, (CURVE_D * y * y + 1) % PRIME
    x = u * pow(v, 3, PRIME) * pow(u * pow(v, 7, PRIME), (PRIME - 5) // 8, PRIME) % PRIME
    if v * x * x % PRIME == -u % PRIME:
        x = x * ROOT_OF_MINUS_ONE % PRIME
    if v * x * x % PRIME != u or (x == 0 and sign):
        return None
    x = PRIME - x if x & 1 != sign else x
    return x, y, 1, x * y % PRIME


def add_points(p: Any, q: Any) -> Any:
    """Return p + q (5.1.4)."""
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % PRIME, (p[1] + p[0]) * (q[1] + q[0]) % PRIME
    c, d = 2 * p[3] * q[3] * CURVE_D % PRIME, 2 * p[2] * q[2] % PRIME
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % PRIME, g * h % PRIME, f * g % PRIME, e * h % PRIME


def multiply_point(factor: int, point: Any) -> Any:
    """Return factor × point, by doubling and adding. No secret is involved, so time may vary."""
    result = NEUTRAL
    while factor:
        if factor & 1:
            result = add_points(result, point)
        point = add_points(point, point)
        factor >>= 1
    return result


def same_point(p: Any, q: Any) -> bool:
    """Compare without dividing by the third coordinate."""
    return not (p[0] * q[2] - q[0] * p[2]) % PRIME and not (p[1] * q[2] - q[1] * p[2]) % PRIME


BASE_POINT = decode_point((4 * pow(5, PRIME - 2, PRIME) % PRIME).to_bytes(32, "little"))


def signature_is_right(key: bytes, message: bytes, signature: bytes) -> bool:
    """Check one signature (5.1.7); stricter than many: no S ≥ L, no key of small order, no odd encoding."""
    if len(key) != 32 or len(signature) != 64:
        return False
    public, r = decode_point(key), decode_point(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if public is None or r is None or s >= ORDER or same_point(multiply_point(8, public), NEUTRAL):
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % ORDER
    return same_point(multiply_point(s, BASE_POINT), add_points(r, multiply_point(k, public)))


# ── 2 Texts in their one form ───────────────────────────────────────────────────────────────────────
def from_base64(text: str, where: str) -> bytes:
    """Decode standard Base64; whatever is not exactly what an encoder writes is refused."""
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (ValueError, binascii.Error):
        data = b""
    if not data or base64.b64encode(data).decode() != text:
        raise Refused(f"{where}: expected Base64, got {text[:60]!r}.")
    return data


def from_decimal(text: str, where: str) -> int:
    """Read a number without sign or leading zeros, at most 16 digits."""
    if not re.fullmatch("0|[1-9][0-9]{0,15}", text):
        raise Refused(f"{where}: expected a decimal number, got {text[:60]!r}.")
    return int(text)


def from_utf8(data: bytes, where: str) -> str:
    """Decode a text whose only control character is the end of line."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise Refused(f"{where}: expected UTF-8.") from None
    if re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f]", text):
        raise Refused(f"{where}: expected no control characters.")
    return text


def canonical_json(value: Any) -> bytes:
    """Return the RFC 8785 form of objects with ASCII names, texts, integers, booleans and null."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8")


def from_json(data: bytes, where: str) -> dict[str, Any]:
    """Read one JSON object; any other than the canonical form is refused, so there is one reading only."""

    def bounded(digits: str) -> int:
        if len(digits) > 17:
            raise ValueError("too long a number")
        return int(digits)

    try:
        value = json.loads(data.decode("utf-8"), parse_int=bounded)
        is_canonical = canonical_json(value) == data
    except (ValueError, RecursionError):
        is_canonical = False
    if not is_canonical or not isinstance(value, dict):
        raise Refused(f"{where}: expected a JSON object in canonical form (RFC 8785), got {data[:60]!r}.")
    return value


# ── 3 Keys that you trust: log, witnesses, quorum (C2SP tlog-policy) ────────────────────────────────
ED25519, COSIGNATURE = 1, 4


class Keys:
    """What the file of keys says. A key is known by its name and four bytes of its digest together."""

    def __init__(self, text: str) -> None:
        self.logs: dict[tuple[str, bytes], bytes] = {}
        self.witnesses: dict[tuple[str, bytes], tuple[str, bytes]] = {}
        self.groups: dict[str, tuple[int, list[str]]] = {}
        self.quorum: str | None = None
        names: set[str] = set()
        for number, line in enumerate(text.split("\n"), start=1):
            words = line.split()
            if words and not words[0].startswith("#"):
                self._take(words, f"line {number} of the keys", names)
        if not self.logs or self.quorum is None:
            raise Refused("the keys: expected at least one line `log` and one line `quorum`.")

    def _take(self, words: list[str], where: str, names: set[str]) -> None:
        if words[0] == "log" and len(words) in (2, 3):
            name, key_id, key = verification_key(words[1], ED25519, where)
            self.logs[name, key_id] = key
        elif words[0] == "witness" and len(words) in (3, 4):
            self._name(words[1], names, where)
            name, key_id, key = verification_key(words[2], COSIGNATURE, where)
            self.witnesses[name, key_id] = (words[1], key)
        elif words[0] == "group" and len(words) >= 4:
            members = words[3:]
            if len(set(members)) != len(members) or not set(members) <= names:
                raise Refused(f"{where}: expected different members, each named on a line before.")
            least = {"any": 1, "all": len(members)}.get(words[2]) or from_decimal(words[2], where)
            if not 1 <= least <= len(members):
                raise Refused(f"{where}: expected a number from 1 to {len(members)}, got {words[2]}.")
            self._name(words[1], names, where)
            self.groups[words[1]] = (least, members)
        elif words[0] == "quorum" and len(words) == 2 and self.quorum is None:
            if words[1] != "none" and words[1] not in names:
                raise Refused(f"{where}: {words[1]} is no witness and no group of a line before.")
            self.quorum = words[1]
        else:
            raise Refused(f"{where}: expected `log`, `witness`, `group` or one `quorum`, got {words[0]!r}.")

    @staticmethod
    def _name(name: str, names: set[str], where: str) -> None:
        if name == "none" or name in names:
            raise Refused(f"{where}: the name {name!r} is taken.")
        names.add(name)

    def is_met(self, name: str, signed: dict[str, int]) -> bool:
        """Return whether the witness signed, or enough members of the group did."""
        if name not in self.groups:
            return name == "none" or name in signed
        least, members = self.groups[name]
        return sum(self.is_met(member, signed) for member in members) >= least


def verification_key(text: str, kind: int, where: str) -> tuple[str, bytes, bytes]:
    """Read `name+hash+key` (C2SP signed-note); return name, key id and the 32 bytes of the key."""
    name, _, rest = text.partition("+")
    key_id, _, encoded = rest.partition("+")
    key = from_base64(encoded, where)
    expected = sha256(name.encode() + b"\n" + key).hexdigest()[:8]
    if not name or len(key) != 33 or key[0] != kind or key_id != expected:
        raise Refused(f"{where}: {text[:80]!r} is no key of the kind expected here.")
    return name, bytes.fromhex(key_id), key[1:]


# ── 4 Checkpoints: signed notes with size and root (C2SP tlog-checkpoint, tlog-cosignature) ─────────
class Checkpoint:
    """A note that one of the log's keys signed. `signed` are the witnesses and their times in seconds."""

    def __init__(self, data: bytes, keys: Keys, where: str) -> None:
        text, _, signatures = from_utf8(data, where).rpartition("\n\n")
        lines = text.split("\n")
        if len(lines) != 3 or not signatures.endswith("\n") or signatures.count("\n") > 100:
            raise Refused(f"{where}: expected origin, size, root, an empty line and at most 100 signatures.")
        self.text = (text + "\n").encode()
        self.origin, self.size = lines[0], from_decimal(lines[1], where)
        self.root = from_base64(lines[2], where)
        self.signed: dict[str, int] = {}
        self.log_key: str | None = None
        for line in signatures[:-1].split("\n"):
            self._take(line, keys, where)
        if self.log_key is None:
            raise Refused(f"{where}: expected a signature by your log key for {self.origin!r}, got none.")

    def _take(self, line: str, keys: Keys, where: str) -> None:
        words = line.split(" ")
        if len(words) != 3 or words[0] != "\u2014":
            raise Refused(f"{where}: expected a signature line, got {line[:60]!r}.")
        raw = from_base64(words[2], where)
        known = (words[1], raw[:4])
        if known in keys.logs and words[1] == self.origin:
            if not signature_is_right(keys.logs[known], self.text, raw[4:]):
                raise Refused(f"{where}: the signature of the log {words[1]} is wrong.")
            self.log_key = f"{words[1]}+{raw[:4].hex()}"
        elif known in keys.witnesses:
            name, key = keys.witnesses[known]
            moment = int.from_bytes(raw[4:12], "big")
            message = b"cosignature/v1\ntime %d\n" % moment + self.text
            if len(raw) != 76 or not signature_is_right(key, message, raw[12:]):
                raise Refused(f"{where}: the signature of the witness {name} is wrong.")
            self.signed[name] = moment


# ── 5 Hash trees (RFC 6962, RFC 9162) ───────────────────────────────────────────────────────────────
def node(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node; its prefix keeps it from passing as a leaf."""
    return sha256(b"\x01" + left + right).digest()


class Tree:
    """A tree that only grows; of its inside only the right edge is kept, one hash for each level or None."""

    def __init__(self) -> None:
        self.size = 0
        self.edge: list[bytes | None] = []

    def add(self, hashes: list[bytes], level: int = 0) -> None:
        """Append leaf hashes, level by level: many at once are several times faster than one by one.

        On a level above 0 they are roots of perfect trees, whose number of leaves must divide the size.
        """
        self.size += len(hashes) << level
        while hashes:
            while level >= len(self.edge):
                self.edge.append(None)
            waiting = self.edge[level]
            hashes = hashes[:] if waiting is None else [waiting, *hashes]
            self.edge[level] = hashes.pop() if len(hashes) % 2 else None
            pairs = iter(hashes)
            hashes = [sha256(b"\x01" + left + right).digest() for left, right in zip(pairs, pairs)]
            level += 1

    def root(self) -> bytes:
        """Return the root of what was appended so far."""
        result = None
        for waiting in self.edge:
            if waiting is not None:
                result = waiting if result is None else node(waiting, result)
        return sha256(b"").digest() if result is None else result


def check_inclusion(leaf: bytes, index: int, size: int, path: list[bytes], root: bytes, where: str) -> None:
    """Check that the tree with this root holds the leaf hash at this place (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        raise Refused(f"{where}: expected a place below {size}, got {index}.")
    first, last, result = index, size - 1, leaf
    for step in path:
        if last == 0:
            raise Refused(f"{where}: the proof has more hashes than a tree of {size} leaves.")
        if first & 1 or first == last:
            result = node(step, result)
            while not first & 1 and first:
                first, last = first >> 1, last >> 1
        else:
            result = node(result, step)
        first, last = first >> 1, last >> 1
    if last or result != root:
        raise Refused(f"{where}: the proof does not lead from leaf {index} to the root of {size} leaves.")


def check_consistency(
    old: int, size: int, old_root: bytes, path: list[bytes], root: bytes, where: str
) -> None:
    """Check that the tree with this root begins with the `old` leaves of an older one (RFC 9162, 2.1.4.2)."""
    if not 1 <= old <= size:
        raise Refused(f"{where}: expected an older tree of 1 to {size} leaves, got {old}.")
    if old == size:
        if path or old_root != root:
            raise Refused(f"{where}: two trees of {size} leaves have different roots: two histories.")
        return
    # The root of a perfect older tree is a node of the newer one; so it is left out of the proof.
    steps = path if old & (old - 1) else [old_root, *path]
    earlier, later = climbed(old - 1, size - 1, steps) if path else (b"", b"")
    if later == root and earlier != old_root:
        raise Refused(
            f"{where}: the first {old} leaves of this log are not those of your earlier checkpoint: they were"
            " changed, moved or removed since, or there are two histories."
        )
    if later != root:
        raise Refused(
            f"{where}: the proof does not lead from your earlier {old} leaves to these {size}: this log did"
            " not grow out of the one that you saw, or the proof is damaged."
        )


def climbed(first: int, last: int, steps: list[bytes]) -> tuple[bytes, bytes]:
    """Return the roots of the older and the newer tree that a proof leads to; nothing if it does not fit."""
    while first & 1:
        first, last = first >> 1, last >> 1
    earlier = later = steps[0]
    for step in steps[1:]:
        if last == 0:
            return b"", b""
        if first & 1 or first == last:
            earlier, later = node(step, earlier), node(step, later)
            while not first & 1 and first:
                first, last = first >> 1, last >> 1
        else:
            later = node(later, step)
        first, last = first >> 1, last >> 1
    return (b"", b"") if last else (earlier, later)


def perfect_trees(start: int, end: int) -> Iterator[int]:
    """Yield the heights of the perfect trees that the leaves from `start` to before `end` are made of."""
    while start < end:
        height = (end - start).bit_length() - 1
        if start:
            height = min(height, (start & -start).bit_length() - 1)
        yield height
        start += 1 << height


class HeadsTree:
    """The tree over the newest head of each company, sorted by company; only what changed is hashed anew."""

    def __init__(self) -> None:
        self.companies: list[bytes] = []
        self.levels: list[list[bytes]] = [[]]
        self.changed: set[int] | None = set()

    def put(self, company: bytes, leaf: bytes) -> None:
        """Set the company's newest head."""
        place = bisect.bisect_left(self.companies, company)
        if place < len(self.companies) and self.companies[place] == company:
            self.levels[0][place] = leaf
            if self.changed is not None:
                self.changed.add(place)
            return
        self.companies.insert(place, company)
        self.levels[0].insert(place, leaf)
        self.changed = None  # whatever stands behind it moved

    def root(self) -> bytes:
        """Return the root; an odd last node goes up as it is, which gives the shape of RFC 6962."""
        if self.changed is None:
            self.changed = set(range(len(self.companies)))
            self.levels = self.levels[:1]
        height = 0
        while len(self.levels[height]) > 1:
            below = self.levels[height]
            if height + 1 == len(self.levels):
                self.levels.append([b""] * ((len(below) + 1) // 2))
            self.changed = {place // 2 for place in self.changed}
            for place in self.changed:
                pair = below[2 * place : 2 * place + 2]
                self.levels[height + 1][place] = node(*pair) if len(pair) == 2 else pair[0]
            height += 1
        self.changed = set()
        return self.levels[height][0]


# ── 6 The container: a ZIP without compression, whose every byte is accounted for ───────────────────
LOCAL, CENTRAL, END = "<4s5H3L2H", "<4s6H3L5H2L", "<4s4H2LH"
FIRST_DAY_OF_ZIP = 33


class Archive:
    """The files inside. Nothing is unpacked, nothing is written, and nothing can be hidden between them.

    Archives are written uncompressed, with one fixed date: so the same evidence has the same bytes
    everywhere, nothing small grows large, and each byte is either content, whose digest is checked, or a
    header that has one form only.
    """

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.bytes = file.seek(0, 2)
        self.places: dict[str, tuple[int, int, int]] = {}
        self.unread: set[str] = set()
        if not 22 <= self.bytes <= ARCHIVE_BYTES_MAX:
            raise Refused(f"the archive: expected 22 to {ARCHIVE_BYTES_MAX} bytes, got {self.bytes}.")
        self._list()
        self.digests = self._manifest()

    def _at(self, offset: int, length: int) -> bytes:
        self.file.seek(offset)
        return self.file.read(length)

    def _list(self) -> None:
        end = struct.unpack(END, self._at(self.bytes - 22, 22))
        count, length, start = end[4:7]
        if end != (b"PK\x05\x06", 0, 0, count, count, length, start, 0) or start + length + 22 != self.bytes:
            raise Refused("the archive: its end is not that of a complete ZIP; it was cut or changed.")
        directory, position, offset = self._at(start, length), 0, 0
        for _ in range(count):
            offset, position = self._one(directory, position, offset)
        if position != length or offset != start:
            raise Refused("the archive: bytes between its files or behind its directory belong to no file.")
        names = list(self.places)
        if names != [*sorted(names[:-1]), "MANIFEST.sha256"]:
            raise Refused("the archive: expected files in order of their names and MANIFEST.sha256 last.")

    def _one(self, directory: bytes, position: int, offset: int) -> tuple[int, int]:
        """Read one line of the directory and compare it and the file's own header with their only form."""
        header = directory[position : position + 46].ljust(46, b"\x00")
        crc, packed, size, name_length = struct.unpack_from("<3LH", header, 16)
        raw = directory[position + 46 : position + 46 + name_length]
        same = (20, 0, 0, 0, FIRST_DAY_OF_ZIP, crc, size, size, name_length, 0)
        central = struct.pack(CENTRAL, b"PK\x01\x02", 0x0314, *same, 0, 0, 0, 0o100644 << 16, offset)
        local = struct.pack(LOCAL, b"PK\x03\x04", *same)
        name = raw.decode("ascii", "replace")
        if header != central or self._at(offset, 30 + name_length) != local + raw or packed != size:
            raise Refused(f"the archive: the header of {name[:80]!r} was changed or is none of an archive.")
        if not re.fullmatch(r"\w[\w.-]*(/\w[\w.-]*)*", name, re.ASCII) or name in self.places:
            raise Refused(f"the archive: {name[:80]!r} is no name of a file here, or it is there twice.")
        begin = offset + 30 + name_length
        self.places[name] = (begin, size, crc)
        self.unread.add(name)
        return begin + size, position + 46 + name_length

    def _manifest(self) -> dict[str, str]:
        self.digests = {}
        digests: dict[str, str] = {}
        data = self.read("MANIFEST.sha256", 16 * MIB)
        for number, line in enumerate(from_utf8(data, "MANIFEST.sha256").split("\n")[:-1], start=1):
            found = re.fullmatch("([0-9a-f]{64})  (.+)", line)
            if not found or found[2] in digests:
                raise Refused(f"MANIFEST.sha256: line {number} is malformed, or names a file twice.")
            digests[found[2]] = found[1]
        listed, there = set(digests), set(self.places) - {"MANIFEST.sha256"}
        if listed != there or not data.endswith(b"\n"):
            odd = sorted(listed ^ there)[:1] or ["its end"]
            state = "listed and not there" if odd[0] in listed else "there and not listed"
            raise Refused(f"MANIFEST.sha256: {odd[0]} is {state}.")
        return digests

    def read(self, name: str, limit: int = SMALL_FILE_BYTES_MAX) -> bytes:
        """Return a whole file of at most `limit` bytes."""
        return b"".join(self.pieces(name, limit))

    def pieces(self, name: str, limit: int) -> Iterator[bytes]:
        """Yield a file piece by piece; at its end, check it against its checksum and the manifest."""
        if name not in self.places:
            raise Refused(f"{name}: expected in the archive, and it is not there.")
        begin, size, crc = self.places[name]
        if size > limit:
            raise Refused(f"{name}: expected at most {limit} bytes, got {size}.")
        digest, check, done = sha256(), 0, 0
        while done < size:
            piece = self._at(begin + done, min(MIB, size - done))
            digest.update(piece)
            check, done = zlib.crc32(piece, check), done + len(piece)
            yield piece
        expected = self.digests.get(name, digest.hexdigest())
        if check != crc or digest.hexdigest() != expected:
            raise Refused(f"{name}: its content was changed; its digest is not the one of the manifest.")
        self.unread.discard(name)

    def lines(self, name: str) -> Iterator[tuple[int, bytes]]:
        """Yield number and content of each line of a bounded text file; the last one must be ended, too."""
        rest, number = b"", 0
        for piece in self.pieces(name, DOCUMENTS_BYTES_MAX):
            *whole, rest = (rest + piece).split(b"\n")
            for line in whole:
                number += 1
                yield number, line
            if len(rest) > LINE_BYTES_MAX:
                raise Refused(f"{name}: line {number + 1} has more than {LINE_BYTES_MAX} bytes.")
        if rest:
            raise Refused(f"{name}: its last line is cut.")


# ── 7 Leaves, documents, and the texts that were not erased ─────────────────────────────────────────
COMMITMENT = b"cortex/audit/field/v1\x00"
LEAF_MEMBERS = {"v", "id", "company", "actor", "verb", "object", "digest", "commitments"}
DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
PLAIN_TEXT = r'"[ !#-\[\]-~]*"'
# The canonical form of most leaves of companies: texts of ASCII without escapes, commitments one at most, and
# nothing says what was before, since documents never change.
PLAIN_LEAF = re.compile(
    rf"""{{"actor":{PLAIN_TEXT},"commitments":{{(?:{PLAIN_TEXT}:{PLAIN_TEXT})?}},"""
    rf'''"company":"([ !#-\[\]-~]*)",(?:"counts_on":"{DAY}",)?"digest":(?:{PLAIN_TEXT}|null),'''
    rf""""id":{PLAIN_TEXT},"object":{{"id":{PLAIN_TEXT},"type":{PLAIN_TEXT}}},"v":1,"""
    rf""""verb":{PLAIN_TEXT}}}""".encode()
)


def leaf_hash(body: bytes) -> bytes:
    """Return the hash of a leaf (RFC 6962, 2.1)."""
    return sha256(b"\x00" + body).digest()


def leaf_of_verb(body: bytes, where: str) -> dict[str, Any]:
    """Read a leaf that says what was done; it has these members and no others."""
    leaf = from_json(body, where)
    thing, commitments = leaf.get("object"), leaf.get("commitments")
    if (
        set(leaf) - {"approval", "before", "counts_on", "new"} != LEAF_MEMBERS
        or not re.fullmatch("[0-9a-f]{64}", str(leaf.get("before", "0" * 64)))
        or leaf.get("new", True) is not True
        or {"before", "new"} <= set(leaf)
        or type(leaf["v"]) is not int
        or leaf["v"] != 1
        or not isinstance(thing, dict)
        or not isinstance(commitments, dict)
        or not all(isinstance(text, str) for text in (leaf["id"], *thing.values(), *commitments.values()))
        or set(thing) != {"type", "id"}
        or not re.fullmatch(DAY, str(leaf.get("counts_on", "2000-01-01")))
        or len(body) > LEAF_BYTES_MAX
    ):
        raise Refused(f"{where}: expected a leaf of version 1, got {body[:60]!r}.")
    return leaf


class Changes:
    """Whether each change begins with what the leaf before it left of the same object.

    Only leaves that say what was before, or that the object is new, speak of what an object is; the digest of
    any other is of something else, and it may be older than the rule. A gap refuses nothing: the leaves are
    what was said, and it is for people to say why the object was another than they left it.
    """

    TOLD_MAX = 20

    def __init__(self) -> None:
        self.left: dict[tuple[str, str, str], tuple[int, str | None]] = {}
        self.followed = self.first = 0
        self.gaps: list[str] = []

    def meet(self, leaf: dict[str, Any], index: int) -> None:
        """Compare a leaf with the one before it of the same object."""
        if "before" not in leaf and "new" not in leaf:
            return
        thing, before = leaf["object"], leaf.get("before")
        key = (str(leaf["company"]), thing["type"], thing["id"])
        known, left = self.left.get(key, (None, None))
        self.left[key] = (index, leaf["digest"])
        if known is None:
            self.first += before is not None
        elif before == left:
            self.followed += before is not None
        else:
            how = "removed" if before is None else "made" if left is None else "changed"
            self.gaps.append(f"{thing['type']} {thing['id']} was {how} between leaf {known} and leaf {index}")

    def tell(self, report: Report) -> None:
        """Say how many changes follow one another, and where something came in between."""
        if self.followed:
            report.prove(
                f"{self.followed} changes begin with exactly what the leaf before had left of the object."
            )
        if self.first:
            report.miss(
                f"tell what became of {self.first} objects before the first leaf that says what they were",
                "they were made before leaves said so, or together with another object",
            )
        for gap in self.gaps[: self.TOLD_MAX]:
            report.find(f"{gap}, past the program: no leaf says by whom.")
        if len(self.gaps) > self.TOLD_MAX:
            report.find(f"{len(self.gaps) - self.TOLD_MAX} more objects were changed past the program.")


class Documents:
    """The documents and opened texts of an archive, waiting for the leaves that they belong to."""

    def __init__(self, archive: Archive, about: dict[str, Any]) -> None:
        self.archive = archive
        self.first, self.last = about.get("from") or "0000-00-00", about.get("to") or "9999-99-99"
        self.found: dict[tuple[str, str], list[Any]] = {}
        self.openings: dict[tuple[str, str], list[Any]] = {}
        self.reviews: dict[str, str] = {}
        self.sealed: dict[str, str] = {}
        self.changes = Changes()
        self.commitments = self.opened = 0
        for name in archive.places:
            if re.fullmatch(r"documents/[^/]+\.jsonl", name):
                self._read_documents(name)
        if "openings.jsonl" in archive.places:
            self._read_openings()

    def _read_documents(self, name: str) -> None:
        kind = name[len("documents/") : -len(".jsonl")]
        for number, line in self.archive.lines(name):
            where = f"{name}, line {number}"
            document = from_json(line, where)
            key = (kind, sha256(line).hexdigest())
            if key in self.found:
                raise Refused(f"{where}: the same document is there twice.")
            texts = {member: text for member, text in document.items() if isinstance(text, str)}
            kept = {member: text for member, text in texts.items() if re.fullmatch("[0-9a-f]{64}", text)}
            self.found[key] = [where, texts.get("accounting_date"), kept, False]

    def _read_openings(self) -> None:
        for number, line in self.archive.lines("openings.jsonl"):
            where = f"openings.jsonl, line {number}"
            opening = from_json(line, where)
            if set(opening) != {"leaf", "name", "salt", "value"} or not all(
                isinstance(member, str) for member in opening.values()
            ):
                raise Refused(f"{where}: expected leaf, name, salt and value.")
            if not re.fullmatch("[0-9a-f]{64}", opening["salt"]):
                raise Refused(f"{where}: expected a salt of 32 bytes.")
            key = (opening["leaf"], opening["name"])
            if key in self.openings:
                raise Refused(f"{where}: the same text is there twice.")
            self.openings[key] = [where, bytes.fromhex(opening["salt"]), opening["value"]]

    def meet(self, leaf: dict[str, Any], where: str) -> None:
        """Check the leaf against its document and its texts."""
        commitments = dict(leaf["commitments"])
        if leaf["verb"] == REVIEWED:
            self.reviews[leaf["object"]["id"]] = str(leaf["digest"])
        elif leaf["verb"] == SEAL:
            self.sealed[str(leaf["digest"])] = where
        kind, day = leaf["object"]["type"], leaf.get("counts_on")
        found = self.found.get((kind, str(leaf["digest"])))
        if day is not None and self.first <= day <= self.last:
            if found is None:
                raise Refused(self._missing(leaf, where))
            if found[1] not in (None, day):
                raise Refused(f"{found[0]}: counts on {found[1]}, and its leaf says {day} ({where}).")
            found[3] = True
            commitments.update(found[2])
        for name, commitment in commitments.items():
            self._open(leaf["id"], name, commitment)

    def _open(self, leaf: str, name: str, commitment: str) -> None:
        opening = self.openings.pop((leaf, name), None)
        self.commitments += 1
        if opening is None:
            return
        where, salt, value = opening
        if sha256(COMMITMENT + salt + canonical_json(value)).hexdigest() != commitment:
            raise Refused(f"{where}: the text is not the one that leaf {leaf} is committed to ({name}).")
        self.opened += 1

    def _missing(self, leaf: dict[str, Any], where: str) -> str:
        """Say which document is not there, and which line speaks of the same object instead."""
        name, thing = f"documents/{leaf['object']['type']}.jsonl", leaf["object"]["id"]
        text = f"{where}: leaf {leaf['id']} counts on {leaf['counts_on']}, and its document is not in {name}"
        if name in self.archive.places:
            for number, line in self.archive.lines(name):
                if thing.encode() in line:
                    got = sha256(line).hexdigest()
                    return f"{text}: line {number} speaks of {thing}, digest {got}, not {leaf['digest']}."
        return f"{text} (object {thing})."

    def finish(self) -> None:
        """Check that nothing is left that no leaf knows."""
        for where, _, _, has_leaf in self.found.values():
            if not has_leaf:
                raise Refused(f"{where}: no leaf that counts in the period has this document's digest.")
        for where, _, _ in self.openings.values():
            raise Refused(f"{where}: no leaf here is committed to this text.")


# ── 8 What is proved, and what is not ───────────────────────────────────────────────────────────────
class Report:
    """What the verifier says, for people and for programs."""

    def __init__(self) -> None:
        self.archive: dict[str, Any] = {}
        self.checkpoint: dict[str, Any] = {}
        self.proved: list[str] = []
        self.could_not: list[dict[str, str]] = []
        self.found: list[str] = []

    def prove(self, sentence: str) -> None:
        """Remember a sentence that was proved."""
        self.proved.append(sentence)

    def miss(self, what: str, because: str) -> None:
        """Remember what could not be told, and why."""
        self.could_not.append({"what": what, "because": because})

    def find(self, sentence: str) -> None:
        """Remember what the books themselves must answer for; the archive is no less proved for it."""
        self.found.append(sentence)


def moment(seconds: int) -> str:
    """Return a time as people read it."""
    return time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(min(seconds, 253402300799)))


# ── 9 The kinds of archives ─────────────────────────────────────────────────────────────────────────
class WholeLog:
    """Every leaf of the log: the whole tree is computed anew, and every head of every company with it."""

    def __init__(self) -> None:
        self.waiting: defaultdict[bytes, list[bytes]] = defaultdict(list)
        self.companies: dict[bytes, Tree] = {}
        self.heads = HeadsTree()
        self.sealed = 0
        self.segments: list[str] = []
        self.changes = Changes()

    def read(self, bundle: bytes, first: int, last: int, where: str) -> list[bytes]:
        """Return the hashes of a bundle's leaves. This is the loop that time is spent in.

        Most leaves have one plain form, which is matched as a whole: it has one reading only, and that one
        is a leaf of a verb. Every other leaf is read member by member.
        """
        hashes: list[bytes] = []
        append, waiting, position = hashes.append, self.waiting, 0
        plain = PLAIN_LEAF.fullmatch
        for index in range(first, last):
            end = position + 2 + (bundle[position] << 8 | bundle[position + 1])
            body = bundle[position + 2 : end]
            position = end
            leaf = sha256(b"\x00" + body).digest()
            append(leaf)
            found = plain(body)
            if found:
                waiting[found[1]].append(leaf)
            else:
                self._read_other(body, leaf, index, f"{where}, leaf {index}")
        if position != len(bundle):
            raise Refused(f"{where}: expected {last - first} leaves and nothing else.")
        return hashes

    def _read_other(self, body: bytes, leaf: bytes, index: int, where: str) -> None:
        if body.startswith(b'{"head":'):
            self._check_head(body, leaf, where)
        elif body.startswith(b'{"heads":'):
            self._check_heads(body, index, where)
        else:
            read = leaf_of_verb(body, where)
            self.changes.meet(read, index)
            if read["company"] is not None:
                self.waiting[str(read["company"]).encode()].append(leaf)
            elif read["verb"] == SEGMENT:
                self.segments.append(str(read["digest"]))

    def _check_head(self, body: bytes, leaf: bytes, where: str) -> None:
        company = str(head_of(body, where)["company"])
        tree = self.companies.setdefault(company.encode(), Tree())
        tree.add(self.waiting.pop(company.encode(), []))
        expected = {"head": {"company": company, "count": tree.size, "root": tree.root().hex()}, "v": 1}
        if body != canonical_json(expected):
            raise Refused(f"{where}: the head of {company} is false; {tree.size} leaves were counted.")
        self.heads.put(company.encode(), leaf)

    def _check_heads(self, body: bytes, index: int, where: str) -> None:
        for company in self.waiting:
            raise Refused(f"{where}: {company.decode(errors='replace')} has leaves that no head counts.")
        count = len(self.heads.companies)
        root = self.heads.root() if count else sha256(b"").digest()
        if body != canonical_json({"heads": {"companies": count, "root": root.hex()}, "v": 1}):
            raise Refused(f"{where}: the heads of {count} companies have another root.")
        self.sealed = index + 1


def is_digest(value: Any) -> bool:
    """Tell whether this is a SHA-256 in hexadecimal."""
    return isinstance(value, str) and re.fullmatch("[0-9a-f]{64}", value) is not None


def heads_of(body: bytes, where: str) -> tuple[int, bytes]:
    """Read the leaf over the heads of all companies: how many they are, and their root."""
    heads = from_json(body, where).get("heads")
    if (
        not isinstance(heads, dict)
        or not is_digest(heads.get("root"))
        or type(heads.get("companies")) is not int
    ):
        raise Refused(f"{where}: expected the heads of all companies.")
    return heads["companies"], bytes.fromhex(heads["root"])


def head_of(body: bytes, where: str) -> dict[str, Any]:
    """Read the head of a company."""
    head = from_json(body, where).get("head")
    if not isinstance(head, dict) or set(head) != {"company", "count", "root"}:
        raise Refused(f"{where}: expected the head of a company.")
    return head


def bundle_path(number: int, width: int) -> str:
    """Return where the bundle lies (C2SP tlog-tiles): x001/234, and its width if it is not full."""
    path, rest = f"{number % 1000:03d}", number // 1000
    while rest:
        path, rest = f"x{rest % 1000:03d}/{path}", rest // 1000
    return f"tile/entries/{path}" + ("" if width == BUNDLE else f".p/{width}")


def verify_log(
    archive: Archive, checkpoint: Checkpoint, since: Checkpoint | None, logs: list[Path], report: Report
) -> None:
    """Compute the whole tree anew."""
    tree, log, known = Tree(), WholeLog(), None if since is None else since.size
    for first in range(0, checkpoint.size, BUNDLE):
        last = min(first + BUNDLE, checkpoint.size)
        where = bundle_path(first // BUNDLE, last - first)
        try:
            hashes = log.read(archive.read(where, BUNDLE * (LEAF_BYTES_MAX + 2)), first, last, where)
        except IndexError:
            raise Refused(f"{where}: expected {last - first} leaves; it is cut.") from None
        if since is not None and known is not None and first < known <= last:
            tree.add(hashes[: known - first])
            check_beginning(known, tree.root(), since)
            hashes = hashes[known - first :]
        tree.add(hashes)
    if tree.root() != checkpoint.root:
        raise Refused(f"the log: its {tree.size} leaves do not have the root of the signed checkpoint.")
    if log.sealed != tree.size:
        raise Refused(f"the log: its last leaf, {tree.size - 1}, does not hold the heads of all companies.")
    report.prove(f"All {tree.size} leaves of the log are here, in order and unchanged since it signed.")
    report.prove(f"Every head of every company ({len(log.companies)}) counts exactly that company's leaves.")
    log.changes.tell(report)
    report.miss("compare documents with their leaves", "an archive of a whole log holds digests alone")
    custody = Custody(archive, log.segments)
    custody.tell(report)
    custody.check(logs, report)


class Stretch:
    """Some leaves in a row. What stands before them is not known: heads are compared with one another."""

    def __init__(self) -> None:
        self.waiting: defaultdict[str, int] = defaultdict(int)
        self.counted: dict[str, int] = {}
        self.compared = 0
        self.ends_with_heads = False

    def read(self, body: bytes, where: str) -> None:
        """Take the next leaf, of whichever shape it is."""
        self.ends_with_heads = body.startswith(b'{"heads":')
        if body.startswith(b'{"head":'):
            self._take_head(head_of(body, where), body, where)
        elif self.ends_with_heads:
            heads_of(body, where)
            for company in self.waiting:
                raise Refused(f"{where}: {company} has leaves that no head counts.")
        else:
            found = PLAIN_LEAF.fullmatch(body)
            company = found[1].decode() if found else leaf_of_verb(body, where)["company"]
            if company is not None:
                self.waiting[str(company)] += 1

    def _take_head(self, head: dict[str, Any], body: bytes, where: str) -> None:
        company, count = str(head["company"]), head["count"]
        expected = {"head": {"company": company, "count": count, "root": head["root"]}, "v": 1}
        if type(count) is not int or body != canonical_json(expected) or not is_digest(head["root"]):
            raise Refused(f"{where}: expected the head of a company.")
        between, before = self.waiting.pop(company, 0), self.counted.get(company)
        if before is not None and count != before + between:
            raise Refused(
                f"{where}: the head of {company} is false; it counts {count} leaves, the head before counted"
                f" {before}, and {between} stand between them."
            )
        if count < between:
            raise Refused(f"{where}: the head of {company} is false; {between} leaves stand before it here.")
        self.compared += before is not None
        self.counted[company] = count


def verify_range(
    archive: Archive, checkpoint: Checkpoint, since: Checkpoint | None, about: dict[str, Any], report: Report
) -> bool:
    """Compute the root from these leaves and from the hashes that stand for all leaves beside them.

    Return whether the earlier tree ends among them, and was found to be the beginning.
    """
    first, end, size = about["first"], about["end"], checkpoint.size
    before, after = list(perfect_trees(0, first)), list(perfect_trees(end, size))
    steps = read_edges(archive, len(before) + len(after))
    tree, stretch = Tree(), Stretch()
    for height, step in zip(before, steps):
        tree.add([step], height)
    known = since.size if since is not None and first <= since.size <= end else None
    batch: list[bytes] = []
    then = None
    for index, body in enumerate(leaf_bodies(archive, "range/leaves"), first):
        if index == known or len(batch) == BUNDLE:
            tree.add(batch)
            batch = []
            then = tree.root() if index == known else then
        stretch.read(body, f"range/leaves, leaf {index}")
        batch.append(leaf_hash(body))
    tree.add(batch)
    if tree.size != end:
        raise Refused(f"range/leaves: expected the leaves {first} to {end - 1}, got {tree.size - first}.")
    # Not before the whole file was read: a byte that was damaged on the way is no other history.
    if since is not None and known is not None:
        check_beginning(known, tree.root() if known == end else then, since)
    for height, step in zip(after, steps[len(before) :]):
        tree.add([step], height)
    if tree.root() != checkpoint.root:
        raise Refused(f"range/leaves: leaves {first} to {end - 1} do not lead to the root of the checkpoint.")
    if end == size and not stretch.ends_with_heads:
        raise Refused(f"range/leaves: the last leaf, {end - 1}, does not hold the heads of all companies.")
    tell_range(first, end, size, stretch, report)
    return known is not None


def read_edges(archive: Archive, count: int) -> list[bytes]:
    """Return the hashes of the trees beside a range of leaves, from left to right."""
    name = "range/edges"
    lines = from_utf8(archive.read(name), name).split("\n")
    if lines[0] != EDGES or lines[-1] or len(lines) != count + 2:
        raise Refused(f"{name}: expected {EDGES} and {count} hashes.")
    return hashes_of(lines[1:-1], name)


def tell_range(first: int, end: int, size: int, stretch: Stretch, report: Report) -> None:
    """Say what was proved of some leaves in a row, and what was not."""
    report.prove(
        f"All leaves from {first} to {end - 1} are here, in order and unchanged since the log signed."
    )
    if stretch.compared:
        report.prove(f"{stretch.compared} heads count exactly their company's leaves since the head before.")
    sides = [f"before leaf {first}"] * (first > 0) + [f"from leaf {end} on"] * (end < size)
    if sides:
        report.miss(f"tell what the log holds {' or '.join(sides)}", "this archive is of a part of it")
    report.miss("tell whether the roots in heads are true", "that takes an archive of the whole log")
    report.miss("compare documents with their leaves", "an archive of a part of a log holds digests alone")


def check_beginning(size: int, root: bytes | None, since: Checkpoint) -> None:
    """Compare the root that the tree has at the size of the earlier one with that one's."""
    if root != since.root:
        raise Refused(f"the log: its first {size} leaves are not those of your earlier checkpoint.")


def leaf_bodies(archive: Archive, name: str) -> Iterator[bytes]:
    """Yield leaf bodies, each of which stands behind its length in two bytes."""
    rest = b""
    for piece in archive.pieces(name, ARCHIVE_BYTES_MAX):
        data, position = rest + piece, 0
        while position + 2 <= len(data):
            end = position + 2 + int.from_bytes(data[position : position + 2], "big")
            if end > len(data):
                break
            yield data[position + 2 : end]
            position = end
        rest = data[position:]
    if rest:
        raise Refused(f"{name}: its last leaf is cut.")


PROOF, PLACE = "c2sp.org/tlog-proof@v1", "codexion-cortex/place@v1"
EDGES, CONSISTENCY = "codexion-cortex/edges@v1", "consistency.tlog-proof"


def read_proof(archive: Archive, name: str, header: str, tail: bytes) -> tuple[int, list[bytes]]:
    """Return place and hashes of a proof (C2SP tlog-proof), which ends with the archive's checkpoint."""
    data = archive.read(name)
    if not data.endswith(tail):
        raise Refused(f"{name}: expected the archive's own checkpoint at its end.")
    lines = from_utf8(data[: len(data) - len(tail)], name).split("\n")
    if (
        len(lines) < 3
        or lines[0] != header
        or not lines[1].startswith("index ")
        or lines[-1]
        or len(lines) > 66
    ):
        raise Refused(f"{name}: expected {header}, an index and at most 63 hashes.")
    return from_decimal(lines[1][6:], name), hashes_of(lines[2:-1], name)


def hashes_of(lines: list[str], name: str) -> list[bytes]:
    """Read hashes, one on each line."""
    path = [from_base64(line, name) for line in lines]
    if any(len(step) != 32 for step in path):
        raise Refused(f"{name}: expected hashes of 32 bytes.")
    return path


def read_consistency(archive: Archive) -> tuple[int, list[bytes]]:
    """Return the size of an older tree and the proof that this one grew out of it; 0 where none is here.

    The form is what a log sends to a witness (C2SP tlog-witness): `old SIZE`, hashes, the checkpoint.
    """
    if CONSISTENCY not in archive.places:
        return 0, []
    data, tail = archive.read(CONSISTENCY), b"\n" + archive.read("checkpoint")
    if not data.endswith(tail):
        raise Refused(f"{CONSISTENCY}: expected the archive's own checkpoint at its end.")
    lines = from_utf8(data[: len(data) - len(tail)], CONSISTENCY).split("\n")
    old = from_decimal(lines[0][4:], CONSISTENCY)
    if not lines[0].startswith("old ") or old < 1 or lines[-1] or not 2 <= len(lines) <= 65:
        raise Refused(f"{CONSISTENCY}: expected the size of an older tree and at most 63 hashes.")
    return old, hashes_of(lines[1:-1], CONSISTENCY)


def verify_company(archive: Archive, checkpoint: Checkpoint, company: str, books: Documents) -> int:
    """Check that all leaves of the company are here: leaves → head → heads → last leaf → checkpoint."""
    tail = b"\n" + archive.read("checkpoint")
    body = archive.read("heads.json")
    index, path = read_proof(archive, "heads.tlog-proof", PROOF, tail)
    if index != checkpoint.size - 1:
        raise Refused(f"heads.tlog-proof: expected the last leaf, {checkpoint.size - 1}, got {index}.")
    check_inclusion(leaf_hash(body), index, checkpoint.size, path, checkpoint.root, "heads.tlog-proof")
    size, root = heads_of(body, "heads.json")
    head_body = archive.read("company/head.json")
    head = head_of(head_body, "company/head.json")
    if head["company"] != company:
        raise Refused(f"company/head.json: expected the head of {company}, got that of {head['company']}.")
    place, path = read_proof(archive, "company/head.place", PLACE, b"")
    check_inclusion(leaf_hash(head_body), place, size, path, root, "company/head.place")
    return check_company_leaves(archive, company, head, books)


def check_company_leaves(archive: Archive, company: str, head: dict[str, Any], books: Documents) -> int:
    """Compare the company's leaves with its hashes, and both with its head."""
    hashes, tree, batch = archive.read("company/hashes", ARCHIVE_BYTES_MAX), Tree(), []
    for index, body in enumerate(leaf_bodies(archive, "company/leaves")):
        where = f"company/leaves, leaf {index}"
        leaf = leaf_of_verb(body, where)
        if leaf["company"] != company:
            raise Refused(f"{where}: expected a leaf of {company}, got one of {leaf['company']}.")
        batch.append(leaf_hash(body))
        if hashes[32 * index : 32 * index + 32] != batch[-1]:
            raise Refused(f"{where}: its hash is not the one of company/hashes; it was changed or left out.")
        books.meet(leaf, where)
        books.changes.meet(leaf, index)
        if len(batch) == BUNDLE:
            tree.add(batch)
            batch = []
    tree.add(batch)
    if len(hashes) != 32 * tree.size or head["count"] != tree.size:
        raise Refused(
            f"company/leaves: expected {head['count']} leaves as the newest head says, got {tree.size}"
            f" and {len(hashes) / 32:g} hashes."
        )
    if head["root"] != tree.root().hex():
        raise Refused("company/head.json: the company's leaves do not have the root of its newest head.")
    return tree.size


def single_leaves(archive: Archive, checkpoint: Checkpoint) -> list[tuple[str, int, dict[str, Any]]]:
    """Check each leaf that is here against the signed tree; return name, place and content of each."""
    tail, found = b"\n" + archive.read("checkpoint"), []
    names = [name[: -len(".json")] for name in archive.places if re.fullmatch(r"proofs/[^/]+\.json", name)]
    for name in names:
        body = archive.read(name + ".json")
        index, path = read_proof(archive, name + ".tlog-proof", PROOF, tail)
        check_inclusion(leaf_hash(body), index, checkpoint.size, path, checkpoint.root, name + ".tlog-proof")
        leaf = leaf_of_verb(body, name + ".json")
        if name != f"proofs/{leaf['id']}":
            raise Refused(f"{name}.json: expected the leaf of that id, got {leaf['id'][:80]!r}.")
        found.append((name + ".json", index, leaf))
    if not names:
        raise Refused("the archive: expected at least one leaf in proofs/, got none.")
    return found


def verify_single(archive: Archive, checkpoint: Checkpoint, company: str, books: Documents) -> int:
    """Check the leaves of a company that are here, and the documents that they fix."""
    leaves = single_leaves(archive, checkpoint)
    for name, _, leaf in leaves:
        if leaf["company"] != company:
            raise Refused(f"{name}: expected a leaf of the company {company}.")
        books.meet(leaf, name)
    return len(leaves)


def tell_leaves(leaves: list[tuple[str, int, dict[str, Any]]], report: Report) -> None:
    """Say what single leaves say. As JSON, so that no text of others passes for a line of the report."""
    for _, index, leaf in sorted(leaves, key=lambda one: one[1]):
        before = leaf.get("before", "new" if "new" in leaf else "not said")
        thing = (leaf["object"]["type"], leaf["object"]["id"], leaf["company"], before, leaf["digest"])
        report.prove(
            "Leaf {} is unchanged since the log signed. It says that {} did {} to {} {} (company {}, SHA-256"
            " before {}, after {}).".format(index, *map(json.dumps, (leaf["actor"], leaf["verb"], *thing)))
        )
    report.miss("tell what else the log holds, also of the same objects", "here are single leaves of it")
    report.miss("show what it was done to, or texts about it", "single leaves hold digests alone")


# ── 10 How controls stood: packs, runs of checks with their evidence, and OSCAL over both ───────────
# Of which verb the leaf is that fixes a document; a pack that merely waits has another one.
RECORDS = {
    "exception-ends": "audit.exception.end",
    "exceptions": "audit.control.except",
    "procedures": "audit.procedure.record",
    "reviews": "access_reviews.platform_review.complete",
    "runs": "audit.check.run",
}
APPROVED, REVIEWED = "audit.pack.approve", "access_reviews.review.complete"
REGISTER = "compliance/register"
RECORD_BYTES_MAX, OSCAL_BYTES_MAX, NAMESPACE = 16 * MIB, 512 * MIB, "urn:cortex:compliance"
INSTANT = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}\+00:00"


class Compliance:
    """What the archive tells of the installation. Each document is fixed by a leaf of the platform."""

    def __init__(
        self,
        archive: Archive,
        checkpoint: Checkpoint,
        pack_keys: dict[tuple[str, bytes], bytes],
        reviews: dict[str, str],
        is_whole: bool,
    ) -> None:
        self.archive, self.pack_keys, self.is_whole = archive, pack_keys, is_whole
        self.leaves: dict[tuple[str, str], tuple[int, dict[str, Any]]] = {}
        self.verbs: defaultdict[str, int] = defaultdict(int)
        self.told: set[tuple[str, str]] = set()
        self.packs: dict[str, dict[str, Any]] = {}
        self.signers: set[str] = set()
        self.unsigned: list[str] = []
        self.withheld = 0
        self._read_leaves(checkpoint)
        for name in self._names(r"compliance/packs/[^/]+\.json"):
            self._read_pack(name)
        self.runs = sorted(self._records("runs"), key=lambda run: int(run["place"]))
        self.exceptions = self._records("exceptions")
        self.ends = {one["exception"]: one["ended_at"] for one in self._records("exception-ends")}
        self.performed = self._records("procedures")
        self.reviews = len(self._records("reviews")) + self._company_reviews(reviews)
        for verb, thing in sorted(set(self.leaves) - self.told):
            if verb in (*RECORDS.values(), APPROVED):
                raise Refused(f"compliance/: a leaf says {verb} of {thing}, and what it fixes is not there.")
        self._check_evidence()

    def _names(self, pattern: str) -> list[str]:
        return [name for name in self.archive.places if re.fullmatch(pattern, name)]

    def _read_leaves(self, checkpoint: Checkpoint) -> None:
        tail = b"\n" + self.archive.read("checkpoint")
        for name in self._names(r"compliance/leaves/[^/]+\.json"):
            body, proof = self.archive.read(name), name[: -len(".json")] + ".tlog-proof"
            index, path = read_proof(self.archive, proof, PROOF, tail)
            check_inclusion(leaf_hash(body), index, checkpoint.size, path, checkpoint.root, proof)
            leaf = leaf_of_verb(body, name)
            key = (leaf["verb"], leaf["object"]["id"])
            if (
                name != f"compliance/leaves/{leaf['id']}.json"
                or leaf["company"] is not None
                or key in self.leaves
            ):
                raise Refused(f"{name}: expected a leaf of that id, of no company, and one for each thing.")
            self.leaves[key] = index, leaf
            self.verbs[leaf["verb"]] += 1

    def _fixed(self, name: str, key: tuple[str, str]) -> tuple[int, dict[str, Any]]:
        """Return place and content of a document that its leaf fixes."""
        data = self.archive.read(name, RECORD_BYTES_MAX)
        if key not in self.leaves:
            raise Refused(f"{name}: no leaf here fixes it.")
        place, leaf = self.leaves[key]
        if leaf["digest"] != sha256(data).hexdigest():
            raise Refused(f"{name}: it is not what leaf {leaf['id']} fixes; it was changed.")
        self.told.add(key)
        return place, from_json(data, name)

    def _records(self, kind: str) -> list[dict[str, Any]]:
        found = []
        for name, thing in self._named(kind):
            if kind == "reviews" and (RECORDS[kind], thing) not in self.leaves:
                continue
            place, document = self._fixed(name, (RECORDS[kind], thing))
            found.append(
                {**document, "id": thing, "place": place, "digest": self._digest((RECORDS[kind], thing))}
            )
        return found

    def _named(self, kind: str) -> list[tuple[str, str]]:
        """Return name and id of each file of a kind."""
        found = self._names(f"compliance/{kind}/[^/]+\\.json")
        return [(name, name.rpartition("/")[2][: -len(".json")]) for name in found]

    def _company_reviews(self, digests: dict[str, str]) -> int:
        """Check the reviews that no leaf of the platform fixes: a leaf of the company does."""
        names = [(name, thing) for name, thing in self._named("reviews") if name in self.archive.unread]
        for name, thing in names:
            digest = sha256(self.archive.read(name, RECORD_BYTES_MAX)).hexdigest()
            if digests.get(thing) != digest:
                raise Refused(f"{name}: it is not the result that a leaf fixes; it was changed.")
        return len(names)

    def _digest(self, key: tuple[str, str]) -> str:
        return str(self.leaves[key][1]["digest"])

    def _read_pack(self, name: str) -> None:
        """Find the pack by its digest: who approved it is said by its leaf, who wrote it by its note."""
        data = self.archive.read(name)
        digest = sha256(data).hexdigest()
        keys = [
            key for key, (_, leaf) in self.leaves.items() if key[0] == APPROVED and leaf["digest"] == digest
        ]
        if len(keys) != 1:
            raise Refused(f"{name}: no leaf here says that this pack was approved; it was changed.")
        pack = self._fixed(name, keys[0])[1]
        if name != f"compliance/packs/{pack['pack']}-{pack['version']}.json":
            raise Refused(f"{name}: it holds the pack {pack['pack']} {pack['version']}.")
        self.packs[digest] = pack
        note, told = name[: -len(".json")] + ".note", f"{pack['pack']}\n{pack['version']}\nsha256 {digest}"
        signer = self._signer(note, f"cortex-pack/v1\n{told}\n")
        if signer:
            self.signers.add(signer)
        else:
            self.unsigned.append(f"{pack['pack']} {pack['version']}")

    def _signer(self, name: str, expected: str) -> str | None:
        """Return whose key of yours signed the pack; None if you gave no keys."""
        text, _, signatures = from_utf8(self.archive.read(name), name).rpartition("\n\n")
        lines = signatures.split("\n")
        if text + "\n" != expected or lines.pop() or not 1 <= len(lines) <= 100:
            raise Refused(f"{name}: it signs another pack, version or digest than the one beside it.")
        signers = []
        for line in lines:
            words = line.split(" ")
            if len(words) != 3 or words[0] != "\u2014":
                raise Refused(f"{name}: expected a signature line, got {line[:60]!r}.")
            raw = from_base64(words[2], name)
            key = self.pack_keys.get((words[1], raw[:4]))
            if key is not None and not signature_is_right(key, expected.encode(), raw[4:]):
                raise Refused(f"{name}: the signature of {words[1]} is wrong.")
            signers += [words[1]] if key is not None else []
        if self.pack_keys and not signers:
            raise Refused(f"{name}: expected a signature by one of your keys of packs, got none.")
        return min(signers, default=None)

    def _check_evidence(self) -> None:
        """Check that each run is of a pack that is here, and that evidence is what results say."""
        named: set[str] = set()
        for run in self.runs:
            where = f"compliance/runs/{run['id']}.json"
            pack = self.packs.get(str(run["sha256"]))
            if run["v"] not in (2, 3) or run["run"] != run["id"]:
                raise Refused(f"{where}: expected the run of that id, of version 2 or 3.")
            if pack is None or (pack["pack"], pack["version"]) != (run["pack"], run["version"]):
                raise Refused(f"{where}: its pack {run['pack']} {run['version']} is not here.")
            for result in run["results"]:
                named.add(str(result["evidence"]))
        shown = self._names(r"compliance/evidence/[^/]+\.json")
        for name in shown:
            digest = name.rpartition("/")[2][: -len(".json")]
            if sha256(self.archive.read(name)).hexdigest() != digest:
                raise Refused(f"{name}: its content was changed; its name is the digest that a result fixes.")
            if digest not in named:
                raise Refused(f"{name}: no result here has this evidence.")
        self.withheld = len(named) - len(shown)
        if self.withheld and self.is_whole:
            raise Refused(f"compliance/evidence/: {self.withheld} pieces of evidence are not here.")


def instant(text: str, where: str) -> datetime:
    """Read an instant in the one form that is written here."""
    if not re.fullmatch(INSTANT, text):
        raise Refused(f"{where}: expected an instant in UTC, got {text[:40]!r}.")
    return datetime.fromisoformat(text)


def pack_duration(text: str, where: str) -> timedelta:
    """Read how old a result may be, such as P30D or PT24H."""
    found = re.fullmatch("P(?:([0-9]{1,4})D)?(?:T([0-9]{1,4})H)?", text)
    if not found:
        raise Refused(f"{where}: expected a duration, got {text[:40]!r}.")
    return timedelta(days=int(found[1] or 0), hours=int(found[2] or 0))


def counts_until(procedure: dict[str, Any], day: str, where: str) -> datetime:
    """Return when a record of a procedure says nothing any more: its interval after the end of its day."""
    return (
        instant(f"{day}T00:00:00.000000+00:00", where)
        + timedelta(days=1)
        + pack_duration(procedure["every"], where)
    )


class Judgement:
    """How each control of a pack stood at an instant, found anew from the runs."""

    def __init__(self, compliance: Compliance, digest: str, end: datetime, where: str) -> None:
        self.pack, self.end, self.where = compliance.packs[digest], end, where
        self.runs = [run for run in compliance.runs if run["sha256"] == digest]
        self.exceptions = [one for one in compliance.exceptions if one["pack"] == self.pack["pack"]]
        self.ends = {thing: instant(at, where) for thing, at in compliance.ends.items()}
        # A record tells of a procedure as it was then: with another text it asks something else.
        self.procedures = {
            (one["id"], sha256(canonical_json(one)).hexdigest()): one for one in self.pack["procedures"]
        }
        self.performed = {
            one["id"]: one
            for one in compliance.performed
            if one["pack"] == self.pack["pack"] and (one["procedure"], one["sha256"]) in self.procedures
        }
        self.newest: dict[str, tuple[datetime, int, str]] = {}
        for run in self.runs:
            for result in run["results"]:
                at = instant(result["checked_at"], where)
                if at <= end:
                    seen = (at, run["place"], result["status"])
                    self.newest[result["check"]] = max(seen, self.newest.get(result["check"], seen))

    def states(self) -> dict[str, str]:
        """Return the state of each control that checks watch, or of which a procedure was recorded."""
        found = {}
        for control in self.pack["controls"]:
            checks = [check for check in self.pack["checks"] if control["id"] in check["controls"]]
            statuses = [self._status(check) for check in checks] + self._by_hand(control["id"])
            if statuses:
                found[control["id"]] = self._state(control["id"], statuses)
        return found

    def _by_hand(self, control: str) -> list[str]:
        """Return what procedures say of a control: nothing until one was recorded, from then on all."""
        own = [key for key, one in self.procedures.items() if control in one["controls"]]
        newest = {
            key: max(
                (
                    (one["performed_on"], one["place"], one["outcome"])
                    for one in self.performed.values()
                    if (one["procedure"], one["sha256"]) == key
                    and instant(one["recorded_at"], self.where) <= self.end
                ),
                default=None,
            )
            for key in own
        }
        if not any(newest.values()):
            return []
        return [self._carried_out(self.procedures[key], newest[key]) for key in own]

    def _carried_out(self, procedure: dict[str, Any], last: tuple[str, int, str] | None) -> str:
        if last is None or self.end >= counts_until(procedure, last[0], self.where):
            return "unknown"
        return {"passed": "pass", "failed": "fail"}[last[2]]

    def _status(self, check: dict[str, Any]) -> str:
        seen = self.newest.get(check["id"])
        if seen is None or self.end - seen[0] > pack_duration(check["max_age"], self.where):
            return "unknown"
        return seen[2]

    def _state(self, control: str, statuses: list[str]) -> str:
        is_excepted = any(
            one["control"] == control
            # Agreed to afterwards, it says nothing about this end; older ones do not say when.
            and ("approved_at" not in one or instant(one["approved_at"], self.where) <= self.end)
            and self.end.date().isoformat() < one["ends"]
            and not (one["id"] in self.ends and self.ends[one["id"]] <= self.end)
            for one in self.exceptions
        )
        if "fail" in statuses and not is_excepted:
            return "not-met"
        if "unknown" in statuses:
            return "unknown"
        return "excepted" if "fail" in statuses else "met"


def props_of(thing: dict[str, Any]) -> dict[str, str]:
    """Return our own properties of something in OSCAL."""
    return {one["name"]: one["value"] for one in thing.get("props", ()) if one.get("ns") == NAMESPACE}


def check_assessment(
    archive: Archive, name: str, compliance: Compliance, last_day: str, report: Report
) -> str:
    """Hold OSCAL assessment results against packs, runs and evidence; return the digest of their pack."""
    document = from_json(archive.read(name, OSCAL_BYTES_MAX), name)["assessment-results"]
    (result,), (resource,) = document["results"], document["back-matter"]["resources"]
    digest = resource["rlinks"][0]["hashes"][0]["value"]
    pack = compliance.packs.get(digest)
    if pack is None or document["import-ap"]["href"] != "#" + resource["uuid"]:
        raise Refused(f"{name}: the pack that it refers to is not here.")
    if name != f"oscal/assessment-results-{pack['pack']}-{pack['version']}.json":
        raise Refused(f"{name}: it assesses {pack['pack']} {pack['version']}.")
    judged = Judgement(compliance, digest, instant(result["end"], name), name)
    for run in judged.runs:
        if instant(run["started_at"], name) > judged.end and run["started_at"][:10] <= last_day:
            raise Refused(f"{name}: it judges controls before run {run['id']}, which is of the period.")
    check_observations(archive, name, result.get("observations", []), judged)
    check_findings(name, result, judged)
    report.prove(
        f"The OSCAL observations, findings and risks of {pack['pack']} {pack['version']} follow from its"
        f" runs; its controls are judged at {result['end'][:19]} UTC."
    )
    return str(digest)


def check_observations(
    archive: Archive, name: str, observations: list[dict[str, Any]], judged: Judgement
) -> None:
    """Check that there is one observation for each result, and that it says the same."""
    expected = {
        (run["id"], one["check"]): (
            one["probe"],
            one["status"],
            one["evidence"],
            one["checked_at"],
            one["reason"],
        )
        for run in judged.runs
        for one in run["results"]
    }
    recorded = dict(judged.performed)
    for number, one in enumerate(observations, start=1):
        props, where = props_of(one), f"{name}, observation {number}"
        if "record" in props:
            check_record(where, one, props["record"], judged)
            recorded.pop(props["record"], None)
            continue
        got = (
            props["probe"],
            props["status"],
            props["evidence-sha256"],
            one["collected"],
            one["description"],
        )
        known = expected.pop((props["run"], props["check"]), None)
        if known is None or got not in (known, (*known[:4], "It gave no reason.")):
            raise Refused(f"{where}: it is not what run {props['run']} found for {props['check']}.")
        shown = f"compliance/evidence/{known[2]}.json"
        links = [f"../{shown}"] if shown in archive.places else []
        if [each["href"] for each in one.get("relevant-evidence", ())] != links:
            raise Refused(f"{where}: it does not refer to the evidence of its result.")
    for record in sorted(recorded):
        raise Refused(f"{name}: the record {record} of a procedure is not among its observations.")
    for run, check in sorted(expected):
        raise Refused(f"{name}: what run {run} found for {check} is not among its observations.")


def check_record(where: str, one: dict[str, Any], record: str, judged: Judgement) -> None:
    """Check that an observation says of a procedure what its record does."""
    props, said = props_of(one), judged.performed.get(record)
    if said is None:
        raise Refused(f"{where}: no leaf here fixes the record {record} of a procedure.")
    outcome = {"pass": "passed", "fail": "failed"}.get(props["status"])
    day, until = one["collected"], instant(one["expires"], where)
    got = (props["record"], props["procedure"], outcome, props.get("evidence-sha256"), one["methods"])
    procedure = judged.procedures[said["procedure"], said["sha256"]]
    wanted = (said["record"], said["procedure"], said["outcome"], said["evidence"], [said["method"]])
    if (*got, day, until, one["description"]) != (
        *wanted,
        f"{said['performed_on']}T00:00:00.000000+00:00",
        counts_until(procedure, said["performed_on"], where),
        said["note"],
    ):
        raise Refused(f"{where}: it is not what the record {record} of a procedure says.")


def check_findings(name: str, result: dict[str, Any], judged: Judgement) -> None:
    """Check that findings follow from results and exceptions, and that each has its risk."""
    states, risks = judged.states(), {one["uuid"]: one for one in result.get("risks", ())}
    for one in result.get("findings", ()):
        control, state = one["target"]["target-id"], states.pop(one["target"]["target-id"], None)
        told = (props_of(one)["state"], one["target"]["status"]["state"], props_of(one)["control"])
        if told != (state, "satisfied" if state == "met" else "not-satisfied", control):
            raise Refused(
                f"{name}: control {control} is {state or 'not watched'}, and its finding says {told[0]}."
            )
        related = [risks.pop(each["risk-uuid"], None) for each in one.get("related-risks", ())]
        wanted = [] if state == "met" else ["deviation-approved" if state == "excepted" else "open"]
        if [risk and risk["status"] for risk in related] != wanted:
            raise Refused(f"{name}: control {control} is {state}, and its risk says something else.")
    for control in sorted(states):
        raise Refused(f"{name}: it has no finding for the control {control}.")
    for risk in risks.values():
        raise Refused(f"{name}: no finding has the risk {risk['title'][:80]!r}.")


def check_chain(runs: list[dict[str, Any]], pack: str, first_day: str, report: Report) -> None:
    """Check that no run of the period is left out between the first and the last one that are here."""
    told = [run for run in runs if run["pack"] == pack]
    inside = [place for place, run in enumerate(told) if run["started_at"][:10] >= first_day]
    shown = told[inside[0] :] if inside else []
    digests = {run["digest"] for run in told}
    for place, run in enumerate(shown[1:]):
        if run["previous"] != shown[place]["digest"]:
            raise Refused(
                f"compliance/runs/{run['id']}.json: the run before it is not here; it was left out."
            )
    if shown:
        first, last = shown[0]["started_at"][:19], shown[-1]["started_at"][:19]
        report.prove(
            f"{len(shown)} runs of the checks of {pack}, from {first} to {last} UTC, are the ones that leaves"
            " fixed; none between them was left out."
        )
        if shown[0]["previous"] is not None and shown[0]["previous"] not in digests:
            report.miss(f"tell whether {pack} was run before {first}", "the run before it is not here")


def check_register(compliance: Compliance, about: dict[str, Any], report: Report) -> None:
    """Hold the leaves of what was recorded against the number and the root that each run fixed of them."""
    runs = [run for run in compliance.runs if run["v"] > 2]
    if not runs:
        report.miss(
            "tell whether checks were run after the last run here, or whether another pack, an exception or"
            " its end, a restore, a record of a procedure or a review was left out",
            "no run here counted them; an archive of the whole log shows them all",
        )
        return
    bodies, trees = list(leaf_bodies(compliance.archive, REGISTER)), dict[Any, tuple[Tree, list[bytes]]]()
    leaves = [leaf_of_verb(body, f"{REGISTER}, leaf {index}") for index, body in enumerate(bodies)]
    # Two packs are run side by side, and what a run counted may be older than its place.
    runs.sort(key=lambda run: int(run["register"]["size"]))
    for run in runs:
        fixed, verbs = run["register"], tuple(run["register"]["verbs"])
        if verbs not in trees:
            counted = [leaf_hash(body) for body, leaf in zip(bodies, leaves) if leaf["verb"] in verbs]
            trees[verbs] = Tree(), counted
        tree, hashes = trees[verbs]
        tree.add(hashes[tree.size : fixed["count"]])
        if (tree.size, tree.root().hex()) != (fixed["count"], fixed["root"]):
            raise Refused(f"{REGISTER}: a leaf is missing or changed; it is not what run {run['id']} fixed.")
    if len(bodies) != runs[-1]["register"]["count"]:
        raise Refused(f"{REGISTER}: it holds more leaves than the last run counted.")
    tell_register(compliance, about, leaves, runs[-1], report)


def tell_register(
    compliance: Compliance, about: dict[str, Any], leaves: list[Any], run: dict[str, Any], report: Report
) -> None:
    """Say of which kinds nothing was left out, and what of the period is here as a leaf alone."""
    told, kept_back = {leaf["id"] for _, leaf in compliance.leaves.values()}, defaultdict[str, int](int)
    for leaf in leaves:
        # The first twelve digits of an id are its milliseconds, by the program's own clock.
        day = moment(int(leaf["id"].replace("-", "")[:12], 16) // 1000)[:10]
        if leaf["id"] not in told and (about.get("from") or "") <= day <= (about.get("to") or "9999"):
            kept_back[leaf["verb"]] += 1
    size, at = run["register"]["size"], run["started_at"][:19]
    report.prove(
        f"All {len(leaves)} leaves of the installation of {', '.join(run['register']['verbs'])} among the"
        f" first {size} of the log are here: a run of checks counted them at {at} UTC."
    )
    if kept_back:
        counted = ", ".join(f"{count} of {verb}" for verb, count in sorted(kept_back.items()))
        report.miss(f"show what leaves of the period fix: {counted}", "nothing but these leaves is here")
    report.miss(
        f"tell what was recorded after the first {size} leaves, or whether checks ran after the last run",
        "no run here counted it; an archive of the whole log shows it",
    )


def verify_compliance(
    archive: Archive,
    checkpoint: Checkpoint,
    about: dict[str, Any],
    pack_keys: dict[tuple[str, bytes], bytes],
    reviews: dict[str, str],
    report: Report,
) -> None:
    """Verify all that the archive tells of controls; `reviews` are digests in the company's own leaves."""
    try:
        compliance = Compliance(archive, checkpoint, pack_keys, reviews, about["kind"] == "compliance")
        assessed = {
            check_assessment(archive, name, compliance, about.get("to") or "9999", report)
            for name in archive.places
            if re.fullmatch(r"oscal/assessment-results-[^/]+\.json", name)
        }
        for digest in sorted(set(compliance.packs) - assessed):
            pack = compliance.packs[digest]["pack"]
            raise Refused(f"oscal/: the assessment results of the pack {pack} are not here.")
        for pack in sorted({run["pack"] for run in compliance.runs}):
            check_chain(compliance.runs, pack, about.get("from") or "", report)
        check_register(compliance, about, report)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise Refused(f"compliance/ or oscal/: a member is missing or of another kind ({error!r}).") from None
    tell_compliance(compliance, report)


def tell_compliance(compliance: Compliance, report: Report) -> None:
    """Say what was proved of controls, and what was not."""
    restored = compliance.verbs["backups.restore.verified"], compliance.verbs["backups.restore.differed"]
    if any(restored):
        report.prove(f"{restored[0]} restores here were found equal to their backup, {restored[1]} were not.")
    if compliance.reviews:
        report.prove(f"{compliance.reviews} results of access reviews are the ones that leaves fixed.")
    if compliance.performed:
        report.prove(f"{len(compliance.performed)} records of procedures are the ones that leaves fixed.")
        report.miss("tell whether a procedure was carried out", "its record says so, and who wrote it down")
    if not compliance.packs:
        report.miss("tell how controls stood", "no pack had been approved by then")
    if compliance.signers:
        report.prove(f"The packs were signed by {', '.join(sorted(compliance.signers))}.")
    if compliance.unsigned:
        report.miss(
            f"tell who signed {', '.join(compliance.unsigned)}",
            "you gave no keys of packs (--pack-keys); that they were approved here is proved",
        )
    if compliance.withheld:
        report.miss(
            f"show {compliance.withheld} pieces of evidence",
            "a company's archive leaves out what holds more than figures; their digests are fixed, too",
        )
    if any("approved_at" not in one for one in compliance.exceptions):
        report.miss("tell when each exception was agreed to", "the leaves of older ones fix no instant")
    report.miss(
        "vouch for titles, descriptions and remedies in OSCAL, or for what probes could not see",
        "they are words of the program beside what was found",
    )


# ── 11 Files that processes logged into ─────────────────────────────────────────────────────────────
SEGMENT = "audit.log_segment.seal"
SEGMENT_BYTES_MAX = MIB
SEGMENT_TYPES: dict[str, Any] = {
    **dict.fromkeys(("v", "ordinal", "file", "first", "end", "at"), int),
    **dict.fromkeys(("stream", "sha256"), str),
    "closes": bool,
    "former": (str, type(None)),
    "broken": (str, type(None)),
}


class Custody:
    """The segments of logs: one statement for each leaf, each naming the digest of the one before."""

    def __init__(self, archive: Archive, digests: list[str]) -> None:
        self.streams: dict[str, list[dict[str, Any]]] = {}
        name, number = "log_segments.jsonl", 0
        for number, line in archive.lines(name) if name in archive.places else ():
            if number > len(digests) or sha256(line).hexdigest() != digests[number - 1]:
                raise Refused(f"{name}: line {number} is not the statement that its leaf fixed.")
            self._add(from_json(line, f"{name}, line {number}"), sha256(line).hexdigest())
        if number != len(digests):
            raise Refused(f"{name}: expected the statements of {len(digests)} leaves, got {number}.")

    def _add(self, said: dict[str, Any], digest: str) -> None:
        where = f"segment {said.get('ordinal')} of {said.get('stream')}"
        if set(said) != set(SEGMENT_TYPES) or any(
            type(said[name]) not in (kind if isinstance(kind, tuple) else (kind,))
            for name, kind in SEGMENT_TYPES.items()
        ):
            raise Refused(f"{where}: it is no statement about a segment.")
        chain = self.streams.setdefault(said["stream"], [])
        nothing = {"ordinal": -1, "digest": None, "file": -1, "end": 0, "closes": True}
        before: dict[str, Any] = chain[-1] if chain else nothing
        is_open = not before["closes"] and "cut" not in before
        goes_on = is_open and (said["file"], said["first"]) == (before["file"], before["end"])
        begins = not is_open and (said["file"], said["first"]) == (before["file"] + 1, 0)
        if (
            said["v"] != 1
            or (said["ordinal"], said["former"]) != (before["ordinal"] + 1, before["digest"])
            or not 0 <= said["end"] - said["first"] <= SEGMENT_BYTES_MAX
            or not (begins or goes_on or said["broken"])
        ):
            raise Refused(f"{where}: it does not follow the segment before.")
        chain.append({**said, "digest": digest, **({"cut": True} if said["broken"] else {})})

    def tell(self, report: Report) -> None:
        """Say what the leaves fixed, and where a chain broke: bytes are missing there."""
        for stream, chain in sorted(self.streams.items()):
            report.prove(
                f"{len(chain)} segments of {stream} have leaves, the last at {moment(chain[-1]['at'])}."
            )
            for said in chain:
                if said["broken"]:
                    because = f"the custodian noticed at {moment(said['at'])}: {said['broken']}"
                    report.miss(
                        f"vouch for {stream} between its files {said['file']} and {said['file'] + 1}", because
                    )

    def check(self, paths: list[Path], report: Report) -> None:
        """Compare files with their segments, byte by byte; refuse what differs, is missing, or was added."""
        found: dict[str, list[int]] = {}
        for path in paths:
            with path.open("rb") as file:
                if self._is_new(file, path.name, report):
                    continue
                stream, number = self._identified(file, path.name)
                self._compare(file, path.name, self._of_file(stream, number), report)
            if number in found.setdefault(stream, []):
                raise Refused(f"{path.name}: file {number} of {stream} was given twice.")
            found[stream].append(number)
        for stream, numbers in found.items():
            self._tell_others(stream, numbers, report)

    def _of_file(self, stream: str, number: int) -> list[dict[str, Any]]:
        return [said for said in self.streams[stream] if said["file"] == number and not said["broken"]]

    def _is_new(self, file: BinaryIO, name: str, report: Report) -> bool:
        """Tell whether this is the file that a log goes on in, of which nothing was sealed yet."""
        for stream, chain in self.streams.items():
            if stream.rpartition("/")[2] != name or not chain[-1]["closes"]:
                continue
            if not any(said["end"] > said["first"] and is_in(file, said) for said in chain):
                because = f"file {chain[-1]['file']} of {stream} was closed at {moment(chain[-1]['at'])}"
                report.miss(f"vouch for {name}, of which nothing was sealed yet", because)
                return True
        return False

    def _identified(self, file: BinaryIO, name: str) -> tuple[str, int]:
        """Find out which file this is: by its beginning, or where that was changed, by what else it holds.

        Names change with each rotation; so the name only says which streams come first.
        """
        streams = sorted(self.streams, key=lambda stream: not name.startswith(stream.rpartition("/")[2]))
        for stream in streams:
            for said in self.streams[stream]:
                if said["first"] == 0 and said["end"] and is_in(file, said):
                    return stream, said["file"]
        for stream in streams:
            if name.startswith(stream.rpartition("/")[2]):
                for said in reversed(self.streams[stream]):
                    if said["end"] > said["first"] and is_in(file, said):
                        return stream, said["file"]
        raise Refused(
            f"{name}: nothing that was sealed is in it; all of it was changed, or it is no log here."
        )

    def _compare(self, file: BinaryIO, name: str, segments: list[dict[str, Any]], report: Report) -> None:
        stream, number, last = segments[-1]["stream"], segments[-1]["file"], segments[-1]
        size = file.seek(0, 2)
        for said in self.streams[stream]:
            if said["broken"] and said["file"] == number - 1:
                raise Refused(
                    f"{name}: file {number} of {stream} follows a break, which the custodian noticed at"
                    f" {moment(said['at'])} ({said['broken']}); nobody can tell what was changed before."
                )
        wrong = [said for said in segments if not is_in(file, said)]
        if wrong:
            said = wrong[0]
            what = "was changed" if size >= said["end"] else f"is cut off: the file ends at byte {size}"
            raise Refused(
                f"{name}: segment {said['ordinal']} of {stream} (bytes {said['first']} to {said['end']},"
                f" sealed at {moment(said['at'])}) {what}; {len(wrong)} of {len(segments)} segments differ."
            )
        if size > last["end"] and last["closes"]:
            raise Refused(
                f"{name}: {size - last['end']} bytes were added behind byte {last['end']}, where the file was"
                f" closed at {moment(last['at'])}."
            )
        end = "to its end" if last["closes"] else f"up to byte {last['end']}"
        report.prove(f"{name} is file {number} of {stream}, complete and unaltered {end}.")
        if size > last["end"]:
            report.miss(
                f"vouch for the last {size - last['end']} bytes of {name}",
                f"they are in no segment; the last one was sealed at {moment(last['at'])}",
            )

    def _tell_others(self, stream: str, numbers: list[int], report: Report) -> None:
        oldest, newest = min(numbers), max(numbers)
        for said in self.streams[stream]:
            if oldest < said["file"] < newest and said["file"] not in numbers and not said["broken"]:
                raise Refused(f"{stream}: file {said['file']}, between those that were given, is missing.")
        others = [s for s in self.streams[stream] if not oldest <= s["file"] <= newest and not s["broken"]]
        for word, some in (
            ("before", [said for said in others if said["file"] < oldest]),
            ("after", [said for said in others if said["file"] > newest]),
        ):
            if some:
                report.miss(
                    f"vouch for what {stream} held {word} these files",
                    f"files {some[0]['file']} to {some[-1]['file']}, with {len(some)} segments sealed from"
                    f" {moment(some[0]['at'])} to {moment(some[-1]['at'])}, were not given",
                )


def is_in(file: BinaryIO, said: dict[str, Any]) -> bool:
    """Tell whether the file has the bytes of a segment at their place."""
    file.seek(said["first"])
    digest: str = sha256(file.read(said["end"] - said["first"])).hexdigest()
    return digest == str(said["sha256"])


# ── 12 What was denied: seals over intervals, with a hash for each denial ───────────────────────────
SEAL, SEALS = "audit.denials.seal", "denials/seals.jsonl"
HASHES, DENIED = "denials/hashes", "denials/denied.jsonl"
SEAL_TYPES: dict[str, Any] = {
    "company": (str, type(None)),
    "ordinal": (int,),
    "former": (str, type(None)),
    **dict.fromkeys(("since", "until"), (dict,)),
    "after": (str,),
    "up_to": (str, type(None)),
    "count": (int,),
    "root": (str,),
}


class Seals:
    """The statements of seals in their order; each is fixed by a leaf, or by the next one, which names it.

    A seal that was broken in the house is left out by whoever exports: the leaf stays, and so it is found.
    """

    TOLD_MAX = 20

    def __init__(self, archive: Archive, company: str | None, fixed: dict[str, str], report: Report) -> None:
        self.company, self.fixed, self.report = company, fixed, report
        self.counts: list[tuple[int, int, str]] = []
        self.left_out = 0
        self.begins: str | None = None
        self.ends, self.more, last, shown = "", False, ("", dict[str, Any]()), set[str]()
        for number, line in archive.lines(SEALS):
            where, digest = f"{SEALS}, line {number}", sha256(line).hexdigest()
            if company is not None and digest not in fixed:
                raise Refused(f"{where}: no leaf of the company fixes this seal; it was changed.")
            said = self._read(line, where)
            if number == 1:
                self.begins = said["since"]["at"]
            else:
                self._follow(last, said, where)
            self.counts.append((said["ordinal"], said["count"], said["root"]))
            last = digest, said
            shown.add(digest)
        if not self.counts or last[0] not in fixed:
            raise Refused(f"{SEALS}: no leaf here fixes its last seal; it was changed.")
        self.ends, self.more = last[1]["until"]["at"], last[1]["up_to"] is not None
        if company is None and not shown.issuperset(fixed):
            raise Refused(
                f"{min(fixed[each] for each in set(fixed) - shown)}: no seal here is what it fixes."
            )
        leaves = list(fixed)
        places = [place for place, digest in enumerate(leaves) if digest in shown]
        self.behind = len(leaves) - 1 - places[-1]
        for digest in leaves[places[0] : places[-1]]:
            if digest not in shown:
                self._find(f"{fixed[digest]} seals denials, and what it sealed is gone or was changed")
        if self.left_out > self.TOLD_MAX:
            report.find(f"{self.left_out - self.TOLD_MAX} more seals over denials are not whole.")

    def _read(self, line: bytes, where: str) -> dict[str, Any]:
        said = from_json(line, where)
        if (
            set(said) != set(SEAL_TYPES)
            or any(type(said[name]) not in kinds for name, kinds in SEAL_TYPES.items())
            or said["company"] != self.company
            or said["count"] < 0
            or not is_digest(said["root"])
            or any(set(said[name]) != {"cluster", "snapshot", "at"} for name in ("since", "until"))
            or not re.fullmatch(INSTANT, str(said["until"]["at"]))
            or not re.fullmatch(INSTANT + "|None", str(said["since"]["at"]))
        ):
            raise Refused(f"{where}: it is no seal over denials of {self.company or 'the installation'}.")
        return said

    def _follow(self, last: tuple[str, dict[str, Any]], said: dict[str, Any], where: str) -> None:
        """Check that a seal goes on where the one before it ended, or that its leaf alone stands for that."""
        digest, before = last
        if said["ordinal"] <= before["ordinal"]:
            raise Refused(f"{where}: expected a seal behind seal {before['ordinal']}, got {said['ordinal']}.")
        if said["former"] != digest:
            if digest not in self.fixed:
                raise Refused(f"{SEALS}, line {len(self.counts)}: no leaf or seal names this one.")
            self._find(
                f"seal {said['ordinal']} over denials does not go on behind seal {before['ordinal']}, the one"
                " before it here: one between them is gone or was changed, or what it sealed is sealed again"
            )
        elif before["up_to"] is None:
            if said["since"] != before["until"]:
                raise Refused(f"{where}: it does not begin where seal {before['ordinal']} ended.")
        elif (said["since"], said["until"], said["after"]) != (
            before["since"],
            before["until"],
            before["up_to"],
        ):
            raise Refused(f"{where}: it does not go on in the interval of seal {before['ordinal']}.")

    def _find(self, sentence: str) -> None:
        self.left_out += 1
        if self.left_out <= self.TOLD_MAX:
            self.report.find(f"{sentence}.")


def platform_seals(archive: Archive, checkpoint: Checkpoint) -> dict[str, str]:
    """Return the digests that leaves of the platform fix, each with its proof, and where they are said."""
    tail, found = b"\n" + archive.read("checkpoint"), dict[str, str]()
    for name in [name for name in archive.places if re.fullmatch(r"denials/leaves/[^/]+\.json", name)]:
        body, proof = archive.read(name), name[: -len(".json")] + ".tlog-proof"
        index, path = read_proof(archive, proof, PROOF, tail)
        check_inclusion(leaf_hash(body), index, checkpoint.size, path, checkpoint.root, proof)
        leaf = leaf_of_verb(body, name)
        if (leaf["verb"], leaf["company"], name) != (SEAL, None, f"denials/leaves/{leaf['id']}.json"):
            raise Refused(f"{name}: expected the leaf of that id, of a seal over denials of no company.")
        found[str(leaf["digest"])] = name
    return found


def denied_lines(archive: Archive) -> Iterator[tuple[int, bytes]]:
    """Yield number and hash of each denial that is here itself."""
    for number, line in archive.lines(DENIED) if DENIED in archive.places else ():
        from_json(line, f"{DENIED}, line {number}")
        yield number, leaf_hash(line)


def check_denials(archive: Archive, seals: Seals) -> tuple[int, int]:
    """Hold hashes against their seals and denials against their hashes; return how many there are of each."""
    pieces, data, position, denied = archive.pieces(HASHES, ARCHIVE_BYTES_MAX), b"", 0, denied_lines(archive)
    waiting, shown, total = next(denied, None), 0, 0
    for ordinal, count, root in seals.counts:
        while len(data) - position < 32 * count:
            piece = next(pieces, None)
            if piece is None:
                raise Refused(f"{HASHES}: it is cut; seal {ordinal} counts {count} denials.")
            data, position = data[position:] + piece, 0
        hashes = [data[at : at + 32] for at in range(position, position + 32 * count, 32)]
        position, total, tree = position + 32 * count, total + count, Tree()
        tree.add(hashes)
        if tree.root().hex() != root:
            raise Refused(f"{HASHES}: a denial is missing or changed; seal {ordinal} has another root.")
        for one in hashes:
            if waiting is not None and waiting[1] == one:
                waiting, shown = next(denied, None), shown + 1
    if position != len(data) or next(pieces, None) is not None:
        raise Refused(f"{HASHES}: it holds more denials than the seals here count.")
    if waiting is not None:
        raise Refused(f"{DENIED}, line {waiting[0]}: no seal here counts this denial.")
    return total, shown


def verify_denials(archive: Archive, about: dict[str, Any], fixed: dict[str, str], report: Report) -> None:
    """Verify what the archive tells of denials; `fixed` are digests in the leaves of seals, in log order."""
    if SEALS not in archive.places:
        report.miss("prove what was denied", "no seals over denials are here")
        return
    company = about.get("company")
    seals = Seals(archive, company, fixed, report)
    total, shown = check_denials(archive, seals)
    whose = "of the company" if company else "of all companies and the platform"
    report.prove(
        f"{len(seals.counts)} seals hold {total} denials {whose}, from {(seals.begins or 'the first')[:19]}"
        f" to {seals.ends[:19]} UTC: none was changed, added or left out since its interval was sealed."
    )
    if shown:
        report.prove(f"{shown} denials are here just as they were decided.")
    if total > shown:
        report.miss(
            f"show what {total - shown} denials were",
            "their hashes alone are here: they were not asked for, are others', went when their time was"
            " over, or were changed since",
        )
    tell_bounds(seals, about, report)


def tell_bounds(seals: Seals, about: dict[str, Any], report: Report) -> None:
    """Say of which time of the period no seal tells, and what seals do not see."""
    begin, end = f"{about.get('from')}T00:00:00", f"{about.get('to', '9999-12-31')}T23:59:59"
    if seals.begins is not None and ("from" not in about or seals.begins > begin):
        report.miss(f"tell what was denied before {seals.begins[:19]} UTC", "seals of that are not here")
    if seals.ends < end or seals.more:
        because = f"{seals.behind} seals of that are not here" if seals.behind else "no seal here is of that"
        report.miss(f"tell what was denied after {seals.ends[:19]} UTC", because)
    report.miss(
        "tell of denials that were changed before their interval was sealed, or that were never written down",
        "seals are made every five minutes, where the schedule runs",
    )


# ── 13 One archive from its first byte to its last ──────────────────────────────────────────────────
def read_about(archive: Archive) -> dict[str, Any]:
    """Read what the archive says it is."""
    about = from_json(archive.read("archive.json"), "archive.json")
    days = [about[name] for name in ("from", "to") if about.get(name) is not None]
    if (
        about.get("format") != 1
        or about.get("kind") not in ("log", "range", "company", "compliance", "documents", "leaves")
        or (about["kind"] in ("company", "documents")) == (about.get("company") is None)
        or (set(about) >= {"first", "end"}) != (about["kind"] == "range")
        or not set(about) <= {"format", "kind", "company", "from", "to", "size", "first", "end"}
        or any(type(about.get(name, 0)) is not int for name in ("first", "end", "size"))
        or (about["kind"] == "range" and not 0 <= about["first"] < about["end"] <= about.get("size", 0))
        or not all(re.fullmatch(DAY, str(day)) for day in days)
    ):
        raise Refused(
            "archive.json: expected an archive of format 1 of a log, a range or leaves of it, a company,"
            " documents or compliance."
        )
    return about


def tells_of_compliance(archive: Archive) -> bool:
    """Return whether the archive tells how controls stood, besides a company's books."""
    return any(name.startswith(("compliance/", "oscal/")) for name in archive.places)


def check_freshness(checkpoint: Checkpoint, keys: Keys, max_age: int | None, now: float) -> None:
    """Refuse a checkpoint that no quorum of witnesses saw in the last `max_age` seconds, by their clocks."""
    if max_age is None:
        return
    # A clock that runs ahead tells nothing: one lying witness must not make an old tree a young one.
    lately = {
        name: at for name, at in checkpoint.signed.items() if now - max_age <= at <= now + CLOCK_SECONDS
    }
    if not lately or not keys.is_met(str(keys.quorum), lately):
        times = ", ".join(f"{name} at {moment(at)}" for name, at in sorted(checkpoint.signed.items()))
        raise Refused(
            f"checkpoint: expected one that the quorum {keys.quorum} saw in the last {max_age} seconds; "
            + (f"it was seen by {times}." if times else "no witness of yours says when.")
        )


def check_order(checkpoint: Checkpoint, since: Checkpoint | None) -> None:
    """Refuse a tree that cannot follow the one that was seen earlier."""
    if since is not None and since.origin != checkpoint.origin:
        raise Refused(
            f"checkpoint: it is of the log {checkpoint.origin}, your earlier one of another, {since.origin}."
        )
    if since is not None and since.size > checkpoint.size:
        raise Refused(
            f"checkpoint: {checkpoint.size} leaves of {checkpoint.origin} cannot follow your earlier"
            f" {since.size}: this archive is the older one of the two, or leaves were removed."
        )


def verify(
    archive: Archive,
    keys: Keys,
    since: Checkpoint | None,
    max_age: int | None,
    now: float,
    report: Report,
    pack_keys: dict[tuple[str, bytes], bytes] | None = None,
    logs: list[Path] | None = None,
) -> None:
    """Verify one archive, and fill the report on the way."""
    about = report.archive = read_about(archive)
    checkpoint = Checkpoint(archive.read("checkpoint"), keys, "checkpoint")
    report.checkpoint = {"origin": checkpoint.origin, "size": checkpoint.size, "root": checkpoint.root.hex()}
    report.checkpoint |= {"log_key": checkpoint.log_key, "witnesses": checkpoint.signed}
    if about.get("size") != checkpoint.size or checkpoint.size < 1:
        raise Refused(
            f"archive.json: expected the size {checkpoint.size} of the checkpoint, got {about.get('size')}."
        )
    if not keys.is_met(str(keys.quorum), checkpoint.signed):
        names = ", ".join(sorted(checkpoint.signed)) or "nobody"
        raise Refused(f"checkpoint: expected the quorum {keys.quorum} of your witnesses, got {names}.")
    check_freshness(checkpoint, keys, max_age, now)
    check_order(checkpoint, since)
    report.prove(
        f"The log {checkpoint.origin} signed a tree of {checkpoint.size} leaves with the root"
        f" {checkpoint.root.hex()}."
    )
    for name, seconds in sorted(checkpoint.signed.items()):
        report.prove(f"The witness {name} saw this tree grow out of the one before, at {moment(seconds)}.")
    reviews: dict[str, str] = {}
    if logs and about["kind"] != "log":
        raise Unreadable("--log: files are compared with an archive of the whole log, and this is none.")
    is_beginning = about["kind"] == "log"
    if about["kind"] == "range":
        is_beginning = verify_range(archive, checkpoint, since, about, report)
    elif about["kind"] != "compliance":
        reviews = verify_content(archive, checkpoint, since, about, logs or [], report)
    if about["kind"] == "compliance" or (about["kind"] == "company" and tells_of_compliance(archive)):
        verify_compliance(archive, checkpoint, about, pack_keys or {}, reviews, report)
    if about["kind"] == "compliance":
        verify_denials(archive, about, platform_seals(archive, checkpoint), report)
    tell_earlier(archive, checkpoint, since, is_beginning, report)
    tell_history(keys, report)
    judge_the_rest(archive, report)


def verify_content(
    archive: Archive,
    checkpoint: Checkpoint,
    since: Checkpoint | None,
    about: dict[str, Any],
    logs: list[Path],
    report: Report,
) -> dict[str, str]:
    """Verify what this kind of archive holds; return the digests of access reviews that leaves fix."""
    if about["kind"] == "log":
        verify_log(archive, checkpoint, since, logs, report)
        return {}
    if about["kind"] == "leaves":
        tell_leaves(single_leaves(archive, checkpoint), report)
        return {}
    company, books = str(about["company"]), Documents(archive, about)
    if about["kind"] == "company":
        count = verify_company(archive, checkpoint, company, books)
        report.prove(f"All {count} leaves of the company {company} are here, in order; none was left out.")
        books.changes.tell(report)
        verify_denials(archive, about, books.sealed, report)
        report.miss(
            "tell whether heads before the newest, and those of other companies, are true",
            "that takes every leaf of the log; a false head is found by whoever verifies the whole log",
        )
    else:
        count = verify_single(archive, checkpoint, company, books)
        report.prove(f"The log holds {'this leaf' if count == 1 else f'these {count} leaves'} unchanged.")
        report.miss("tell whether anything was left out", "an archive of single documents does not say")
    books.finish()
    period = "".join(f" {word} {about[word]}" for word in ("from", "to") if about.get(word))
    period = f" that count{period}" if period else ""
    if about["kind"] == "company" or books.found:
        report.prove(f"{len(books.found)} documents{period} are the ones that leaves fixed, unchanged.")
    if books.opened:
        report.prove(f"{books.opened} texts are those that were written at the time.")
    if books.commitments > books.opened:
        report.miss(
            f"read {books.commitments - books.opened} texts that leaves are committed to",
            "they were erased or not handed over; what was done is proved all the same",
        )
    return books.reviews


def tell_earlier(
    archive: Archive, checkpoint: Checkpoint, since: Checkpoint | None, is_beginning: bool, report: Report
) -> None:
    """Say what is known of an earlier tree; `is_beginning` where its leaves were hashed anew."""
    old, path = read_consistency(archive)
    if old > checkpoint.size or (old == checkpoint.size and path):
        raise Refused(f"{CONSISTENCY}: it is no proof of a tree of {checkpoint.size} leaves.")
    what = "tell whether this log grew out of the one that you saw earlier"
    if since is None:
        if old:
            report.miss(what, f"a proof from {old} leaves is here, and you gave no checkpoint (--since)")
        return
    if since.size == checkpoint.size or old == since.size:
        where, steps = (CONSISTENCY, path) if old == since.size else ("checkpoint", [])
        check_consistency(since.size, checkpoint.size, since.root, steps, checkpoint.root, where)
    elif not is_beginning:
        found = f"it holds a proof from {old} leaves" if old else "it holds no proof"
        report.miss(
            what,
            f"your earlier checkpoint is of {since.size} leaves, and {found}; ask for an archive that is made"
            " with --since and your checkpoint",
        )
        return
    if since.size == checkpoint.size:
        report.prove("Your earlier checkpoint is of the very same tree.")
        return
    seen = f", seen by a witness at {moment(max(since.signed.values()))}" if since.signed else ""
    report.prove(
        f"The log of your earlier checkpoint ({since.size} leaves{seen}) is the beginning of this one:"
        " nothing in it was changed, moved or removed since."
    )


def tell_history(keys: Keys, report: Report) -> None:
    """Say what no archive tells."""
    if keys.quorum == "none":
        report.miss(
            "tell whether everybody was shown the same tree",
            "your keys ask for no witness; the log alone could show two histories",
        )
    report.miss(
        "tell whether what was written was true, or what was lost before the first signed checkpoint",
        "a log proves what was said and that it was not changed since",
    )


def judge_the_rest(archive: Archive, report: Report) -> None:
    """Read what no proof needs, so that every byte was looked at, and refuse what does not belong here."""
    if archive.read("verify.py") != Path(__file__).read_bytes():
        report.miss("vouch for the verify.py in the archive", "it is not the one that is running")
    archive.read("README.txt")
    for name in sorted(archive.unread):
        raise Refused(f"{name}: it does not belong into an archive of this kind.")


def main(arguments: list[str] | None = None) -> int:
    """Read the command line, verify, and say what was found."""
    parser = argparse.ArgumentParser(description="Verify an evidence archive offline.")
    parser.add_argument("archive", type=Path)
    parser.add_argument("--log-key", type=Path, required=True, metavar="FILE", help="keys that you trust")
    parser.add_argument("--since", type=Path, metavar="FILE", help="a checkpoint or archive that you kept")
    parser.add_argument(
        "--max-age", type=int, metavar="SECONDS", help="refuse what no quorum of witnesses saw since"
    )
    parser.add_argument("--pack-keys", type=Path, metavar="FILE", help="keys of packs that you trust")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the report as JSON, too")
    parser.add_argument("--log", type=Path, action="append", default=[], metavar="FILE", help="a log's file")
    options = parser.parse_args(arguments)
    report, refused, status = Report(), None, 0
    try:
        keys, since = read_given(options.log_key, options.since)
        pack_keys = read_pack_keys(options.pack_keys)
        with options.archive.open("rb") as file:
            verify(Archive(file), keys, since, options.max_age, time.time(), report, pack_keys, options.log)
    except Refused as error:
        refused, status = str(error), 1
    except (Unreadable, OSError) as error:
        refused, status = str(error), 2
    except (ArithmeticError, LookupError, TypeError, ValueError, RecursionError) as error:
        # Made by somebody who knows this file better than its author did: never accepted, and never a crash.
        refused, status = f"the archive: malformed in a way that has no sentence yet ({error!r}).", 1
    tell(options.archive, report, refused, status)
    if options.json:
        verdict = ("verified", "refused", "unreadable")[status]
        options.json.write_text(
            json.dumps({"verdict": verdict, "refused": refused, **vars(report)}, indent=2) + "\n"
        )
    return status


def read_given(keys_path: Path, since_path: Path | None) -> tuple[Keys, Checkpoint | None]:
    """Read what the verifier trusts; a fault in it says nothing about the archive."""
    try:
        keys = Keys(from_utf8(keys_path.read_bytes()[:MIB], "the keys"))
        if since_path is None:
            return keys, None
        since = Checkpoint(kept_note(since_path), keys, "your earlier checkpoint")
        if since.size < 1:
            raise Refused(
                "your earlier checkpoint: it is of an empty log, of which every log is a continuation."
            )
        return keys, since
    except Refused as error:
        raise Unreadable(str(error)) from None


def kept_note(path: Path) -> bytes:
    """Return an earlier checkpoint: a file of its own, or the one in an earlier archive."""
    with path.open("rb") as file:
        data = file.read(MIB)
        return Archive(file).read("checkpoint") if data.startswith(b"PK\x03\x04") else data


def read_pack_keys(path: Path | None) -> dict[tuple[str, bytes], bytes]:
    """Read the keys of those whose packs are trusted, one on each line."""
    found = {}
    try:
        text = "" if path is None else from_utf8(path.read_bytes()[:MIB], "the keys of packs")
        for number, line in enumerate(text.split("\n"), start=1):
            if line.strip() and not line.startswith("#"):
                where = f"line {number} of the keys of packs"
                name, key_id, key = verification_key(line.strip(), ED25519, where)
                found[name, key_id] = key
    except Refused as error:
        raise Unreadable(str(error)) from None
    if path is not None and not found:
        raise Unreadable("the keys of packs: expected at least one, got none.")
    return found


def tell(path: Path, report: Report, refused: str | None, status: int) -> None:
    """Print the report; what a terminal cannot show is printed as its code."""
    lines = [f"{path.name}: {json.dumps(report.archive, sort_keys=True)}"]
    lines += [f"{'until then' if refused else 'proved'}: {sentence}" for sentence in report.proved]
    lines += [f"could not: {entry['what']}, because {entry['because']}." for entry in report.could_not]
    lines += [f"found: {sentence}" for sentence in report.found]
    found = f"; {len(report.found)} found that the books must answer for" if report.found else ""
    lines += [(f"VERIFIED{found}", f"REFUSED: {refused}", f"COULD NOT BE READ: {refused}")[status]]
    sys.stdout.write("\n".join(lines).encode("ascii", "backslashreplace").decode() + "\n")


if __name__ == "__main__":
    sys.exit(main())
