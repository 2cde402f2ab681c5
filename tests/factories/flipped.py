# SPDX-License-Identifier: Apache-2.0
"""Where in an archive a byte is flipped, and how the sentence begins that is said then."""

import io
from collections.abc import Callable, Iterable, Sequence
from zipfile import ZipFile

from tests.factories.evidence_log import content

Refusal = Callable[[bytes], str | None]
# A byte of a header, of the directory, or of the end.
CONTAINER = "the archive: "


def flipped(archive: bytes, place: int, bit: int | None = None) -> bytes:
    """Return the archive with one bit changed."""
    changed = bytearray(archive)
    changed[place] ^= 1 << (place % 8 if bit is None else bit)
    return bytes(changed)


def sentences(archive: bytes) -> dict[int, str]:
    """Return for each byte of the archive how a refusal of it begins: with the file or the container."""
    found = dict.fromkeys(range(len(archive)), CONTAINER)
    with ZipFile(io.BytesIO(archive)) as opened:
        for info in opened.infolist():
            begin = info.header_offset + 30 + len(info.filename)
            found |= dict.fromkeys(range(begin, begin + info.file_size), info.filename)
    return found


def places(archive: bytes, *, step: int) -> list[int]:
    """Return places all over: each line and each field of a header at least once, and every so many bytes."""
    chosen = set(range(0, len(archive), step))
    with ZipFile(io.BytesIO(archive)) as opened:
        for info in opened.infolist():
            begin = info.header_offset + 30 + len(info.filename)
            # Of two bytes one at least, for these are the smallest fields.
            chosen |= set(range(info.header_offset, begin, 2))
            chosen |= {begin + place for place in in_each_line(content(archive, info.filename))}
        chosen |= set(range(opened.start_dir, len(archive), 2))
    return sorted(chosen)


def in_each_file(archive: bytes) -> list[int]:
    """Return a place in the middle of each file, in the header before it, and in each line of the note."""
    chosen = set()
    with ZipFile(io.BytesIO(archive)) as opened:
        for info in opened.infolist():
            begin = info.header_offset + 30 + len(info.filename)
            chosen |= {info.header_offset + 15, begin + info.file_size // 2}
            if info.filename == "checkpoint":
                chosen |= {begin + place for place in in_each_line(opened.read(info))}
    return sorted(chosen)


def in_each_line(data: bytes) -> Iterable[int]:
    """Return the first byte, one in the middle, and the last of each line; of other bytes some."""
    place = 0
    for line in data.splitlines(keepends=True):
        yield from {place, place + len(line) // 2, place + len(line) - 1}
        place += len(line)


def wrongly_told(
    archive: bytes, places: Iterable[int], refusal: Refusal, *, bits: Sequence[int | None] = (None,)
) -> list[str]:
    """Return the places at which a flipped bit is accepted, or refused with a sentence of something else."""
    begins = sentences(archive)
    found = []
    for place in places:
        for bit in bits:
            refused = refusal(flipped(archive, place, bit))
            if refused is None or not refused.startswith(begins[place]):
                found.append(f"byte {place} of {begins[place]}: {refused}")
    return found
