# SPDX-License-Identifier: Apache-2.0
"""Find the next segment of a stream in the files that lie there now.

Which file is which is told by content, never by name or inode: names change with each rotation, and inodes
come again. So the segments that were sealed are all the state there is, and whoever is killed between two of
them goes on with the next.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from apps.audit.domain.custody.segment import NOTHING, Segment

SEGMENT_BYTES = 256 * 1024
# What is changed within this time is in no segment yet. It bounds the number of leaves, too.
SEGMENT_WITHIN = timedelta(seconds=300)


class LogFile(Protocol):
    """A file of a stream. `rotations` is 0 for the one that is written, 1 for `.1`; `size` was read once."""

    @property
    def rotations(self) -> int: ...

    @property
    def size(self) -> int: ...

    def read(self, first: int, length: int) -> bytes:
        """Return the bytes from there on, fewer where the file ends."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What was sealed of a stream: the last segment, the last one with bytes since the chain last broke,
    and the first segment of each file that was closed lately.
    """

    last: Segment | None = None
    held: Segment | None = None
    closed: Sequence[Segment] = ()


def next_segment(*, stream: str, history: History, files: Sequence[LogFile], at: datetime) -> Segment | None:
    """Return what is to be sealed now, None when nothing is. `files` come newest first."""
    last, held = history.last, history.held
    if last is None or held is None:
        return _begun(stream, history, files, at)
    place = next((place for place, file in enumerate(files) if holds(file=file, segment=held)), None)
    if place is None:
        name = stream.rpartition("/")[2]
        told = (
            f"no file of {name} holds bytes {held.first_byte} to {held.end_byte} of file {held.file} any more"
        )
        return _broken(last, told, at)
    if not last.closes:
        return _cut(last, files[place], last.file, last.end_byte, at)
    newer = list(reversed(files[:place]))
    if newer and newer[0].rotations != files[place].rotations - 1:
        return _broken(last, f"the file that followed file {last.file} is gone", at)
    found = next((file for file in newer if file.size), None)
    return None if found is None else _cut(last, found, last.file + 1, 0, at)


def holds(*, file: LogFile, segment: Segment) -> bool:
    """Tell whether the file has these bytes at their place."""
    length = segment.end_byte - segment.first_byte
    return (
        file.size >= segment.end_byte
        and hashlib.sha256(file.read(segment.first_byte, length)).hexdigest() == segment.sha256
    )


def _begun(stream: str, history: History, files: Sequence[LogFile], at: datetime) -> Segment | None:
    """Begin with the oldest file that was not sealed whole before; the one that is written always counts."""
    last = history.last
    for file in reversed(files):
        is_known = file.rotations and any(holds(file=file, segment=first) for first in history.closed)
        if file.size and not is_known:
            before = last or _before_all(stream, at)
            return _cut(before, file, before.file + 1, 0, at)
    return None


def _before_all(stream: str, at: datetime) -> Segment:
    """Return what stands before the first segment, long enough ago that the first waits for nothing."""
    return Segment(
        stream=stream,
        ordinal=-1,
        file=-1,
        first_byte=0,
        end_byte=0,
        sha256=NOTHING,
        former=None,
        sealed_at=at - SEGMENT_WITHIN,
    )


def _cut(last: Segment, file: LogFile, number: int, first: int, at: datetime) -> Segment | None:
    data = file.read(first, min(SEGMENT_BYTES, file.size - first))
    is_whole = len(data) == SEGMENT_BYTES
    if file.rotations == 0 and not is_whole and at - last.sealed_at < SEGMENT_WITHIN:
        return None
    if is_whole or file.rotations == 0:
        # On the end of a line, so that a line that is being written stays whole.
        data = data[: data.rfind(b"\n") + 1] or (data if is_whole else b"")
    closes = file.rotations > 0 and first + len(data) == file.size
    return _following(last, number, first, data, at, closes=closes) if data or closes else None


def _following(last: Segment, number: int, first: int, data: bytes, at: datetime, *, closes: bool) -> Segment:
    return Segment(
        stream=last.stream,
        ordinal=last.ordinal + 1,
        file=number,
        first_byte=first,
        end_byte=first + len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        former=None if last.ordinal < 0 else last.digest,
        sealed_at=at,
        closes=closes,
    )


def _broken(last: Segment, sentence: str, at: datetime) -> Segment:
    return Segment(
        stream=last.stream,
        ordinal=last.ordinal + 1,
        file=last.file,
        first_byte=last.end_byte,
        end_byte=last.end_byte,
        sha256=NOTHING,
        former=last.digest,
        sealed_at=at,
        broken=sentence,
    )
