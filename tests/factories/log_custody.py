# SPDX-License-Identifier: Apache-2.0
"""A log of a process that grows and rotates, and a custodian that remembers in memory what it sealed."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from apps.audit.adapters.custody.log_files import opened
from apps.audit.domain.custody.cutting import SEGMENT_WITHIN, History, next_segment
from apps.audit.domain.custody.segment import Segment
from tests.factories.evidence_log import LogInMemory, Verdict, log_archive, verdict

STREAM = "books/web.log"
BEGIN = datetime(2026, 11, 1, tzinfo=UTC)


class Custodian:
    """Seals as the service does, without a database."""

    def __init__(self, directory: Path) -> None:
        self.path = directory / "web.log"
        self.now, self.lines = BEGIN, 0
        self.segments: list[Segment] = []

    def write(self, lines: int = 3, *, width: int = 40) -> None:
        """Append lines, none of which is like another."""
        with self.path.open("ab") as file:
            for _ in range(lines):
                self.lines += 1
                file.write(b'{"event": "%0*d"}\n' % (width, self.lines))

    def rotate(self, kept: int = 3) -> None:
        """Rename as supervisord does; the oldest file is removed."""
        self.rotated(kept).unlink(missing_ok=True)
        for number in range(kept, 0, -1):
            if self.rotated(number - 1).exists():
                self.rotated(number - 1).rename(self.rotated(number))

    def rotated(self, number: int) -> Path:
        return self.path.with_name(f"web.log.{number}") if number else self.path

    def seal(self, *, after: timedelta = SEGMENT_WITHIN, limit: int = 100) -> list[Segment]:
        """Let some time pass, seal what is due, and return it."""
        self.now += after
        before = len(self.segments)
        with opened(self.path) as files:
            while len(self.segments) - before < limit:
                segment = next_segment(stream=STREAM, history=self.history, files=files, at=self.now)
                if segment is None:
                    break
                self.segments.append(segment)
        return self.segments[before:]

    @property
    def history(self) -> History:
        broken = max((one.ordinal for one in self.segments if one.broken), default=-1)
        held = [one for one in self.segments if one.ordinal > broken and one.end_byte > one.first_byte]
        closed = {one.file for one in self.segments if one.closes}
        return History(
            last=self.segments[-1] if self.segments else None,
            held=held[-1] if held else None,
            closed=[
                one for one in self.segments if one.file in closed and not one.first_byte and one.end_byte
            ],
        )

    def archive(self, statements: list[bytes] | None = None) -> bytes:
        """Return the archive of a log that has a leaf for each segment, and perhaps other statements."""
        log = LogInMemory()
        for segment in self.segments:
            log.seal_segment(segment.statement)
        log.seal()
        log.segments = log.segments if statements is None else statements
        return log_archive(log)

    def judged(self, *paths: Path) -> Verdict:
        """Return what the verifier says of these files."""
        return verdict(self.archive(), logs=paths)
