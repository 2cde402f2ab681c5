# SPDX-License-Identifier: Apache-2.0
"""Where a log is cut, and what the custodian notices by itself."""

from datetime import timedelta
from pathlib import Path

import pytest

from apps.audit.domain.custody.cutting import SEGMENT_BYTES
from apps.audit.domain.custody.segment import Segment
from tests.factories.log_custody import Custodian


@pytest.fixture
def custodian(tmp_path: Path) -> Custodian:
    return Custodian(tmp_path)


def places(segments: list[Segment]) -> list[tuple[int, int, int, bool]]:
    return [(one.file, one.first_byte, one.end_byte, one.closes) for one in segments]


def assert_covers(custodian: Custodian, *paths: Path) -> None:
    """Check that the segments cover these files, oldest first, from the first byte on, each byte once."""
    whole = [path.read_bytes() for path in paths]
    covered = [0] * len(whole)
    for one in custodian.segments:
        assert one.first_byte == covered[one.file]
        covered[one.file] = one.end_byte
    assert covered == [len(data) for data in whole]


class TestNextSegment:
    def test_waits_until_a_tail_is_due_and_cuts_it_on_the_end_of_a_line(self, custodian: Custodian) -> None:
        custodian.write(2)
        size = custodian.path.stat().st_size
        with custodian.path.open("ab") as file:
            file.write(b"half a li")
        assert places(custodian.seal()) == [(0, 0, size, False)]
        custodian.write(1)
        assert custodian.seal(after=timedelta(seconds=299)) == []
        assert places(custodian.seal(after=timedelta(seconds=1))) == [
            (0, size, custodian.path.stat().st_size, False)
        ]

    def test_seals_what_fills_a_segment_at_once_and_cuts_a_line_that_has_no_end(
        self, custodian: Custodian
    ) -> None:
        custodian.write(1)
        custodian.seal()
        with custodian.path.open("ab") as file:
            file.write(b"x" * (SEGMENT_BYTES * 2))
        sealed = custodian.seal(after=timedelta(0))
        assert [one.end_byte - one.first_byte for one in sealed] == [SEGMENT_BYTES] * 2

    def test_closes_a_rotated_file_and_goes_on_with_the_next(self, custodian: Custodian) -> None:
        custodian.write(3)
        custodian.seal()
        custodian.write(2)
        custodian.rotate()
        custodian.write(1)
        assert [one[3] for one in places(custodian.seal(after=timedelta(0)))] == [True]
        custodian.seal()
        assert_covers(custodian, custodian.rotated(1), custodian.path)

    def test_closes_a_file_that_was_sealed_to_its_end_before_it_was_rotated(
        self, custodian: Custodian
    ) -> None:
        custodian.write(3)
        custodian.seal()
        size = custodian.path.stat().st_size
        custodian.rotate()
        assert places(custodian.seal()) == [(0, size, size, True)]
        assert custodian.seal() == []

    def test_takes_up_every_file_that_was_rotated_while_it_was_away(self, custodian: Custodian) -> None:
        custodian.write(3)
        custodian.seal()
        for _ in range(3):
            custodian.write(4)
            custodian.rotate()
        custodian.write(2)
        custodian.seal()
        custodian.seal()
        assert_covers(custodian, *map(custodian.rotated, (3, 2, 1, 0)))
        assert not any(one.broken for one in custodian.segments)

    @pytest.mark.parametrize("limit", [1, 2, 3])
    def test_neither_loses_nor_doubles_a_segment_wherever_it_is_killed(
        self, custodian: Custodian, limit: int
    ) -> None:
        for _ in range(3):
            custodian.write(2000, width=200)
            custodian.seal(limit=limit)
            custodian.rotate(kept=9)
        custodian.write(1)
        while custodian.seal(limit=limit):
            pass
        assert_covers(custodian, *map(custodian.rotated, (3, 2, 1, 0)))
        assert [one.ordinal for one in custodian.segments] == list(range(len(custodian.segments)))
        formers = [one.former for one in custodian.segments]
        assert formers == [None, *(one.digest for one in custodian.segments[:-1])]

    @pytest.mark.parametrize("corruption", ["changed", "cut", "deleted"])
    def test_says_that_a_sealed_file_was_touched_and_goes_on(
        self, custodian: Custodian, corruption: str
    ) -> None:
        custodian.write(5)
        custodian.seal()
        data = custodian.path.read_bytes()
        if corruption == "deleted":
            custodian.path.unlink()
        else:
            custodian.path.write_bytes(data[:-9] if corruption == "cut" else data.replace(b"5", b"6"))
        sealed = custodian.seal()
        assert sealed[0].broken == f"no file of web.log holds bytes 0 to {len(data)} of file 0 any more"
        custodian.write(1)
        custodian.seal()
        assert custodian.segments[-1].file == 1
        assert sum(bool(one.broken) for one in custodian.segments) == 1

    def test_says_that_a_file_between_is_gone_and_takes_up_those_that_are_left(
        self, custodian: Custodian
    ) -> None:
        custodian.write(3)
        custodian.seal()
        for _ in range(2):
            custodian.rotate()
            custodian.write(3)
        custodian.seal(limit=1)
        custodian.rotated(1).unlink()
        custodian.seal()
        custodian.seal()
        assert [one.broken for one in custodian.segments if one.broken] == [
            "the file that followed file 0 is gone"
        ]
        assert custodian.segments[-1].end_byte == custodian.path.stat().st_size
        # What was closed before is not sealed a second time.
        assert {one.file for one in custodian.segments} == {0, 1}

    def test_ignores_links_directories_and_empty_files(self, custodian: Custodian, tmp_path: Path) -> None:
        custodian.path.symlink_to("/etc/hostname")
        custodian.rotated(1).mkdir()
        custodian.rotated(2).write_bytes(b"")
        assert custodian.seal() == []
