# SPDX-License-Identifier: Apache-2.0
"""Files of processes' logs are compared with what leaves fixed: every corruption is refused, and named."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from apps.audit.management.verifier.verify import Unreadable
from tests.factories.evidence_log import LogInMemory, company_archive, verdict
from tests.factories.log_custody import STREAM, Custodian


@pytest.fixture
def custodian(tmp_path: Path) -> Custodian:
    """Return a custodian with two files, of three segments and one, and a tail that is in none."""
    found = Custodian(tmp_path)
    for _ in range(3):
        found.write(5)
        found.seal()
    found.rotate()
    for _ in range(2):
        found.write(5)
        found.seal()
    found.write(1)
    return found


def segment_of(custodian: Custodian, ordinal: int) -> slice:
    return slice(custodian.segments[ordinal].first_byte, custodian.segments[ordinal].end_byte)


def change(data: bytearray, custodian: Custodian) -> None:
    data[custodian.segments[1].first_byte + 20] ^= 1


def delete_a_line(data: bytearray, custodian: Custodian) -> None:
    place = segment_of(custodian, 1)
    del data[place.start : data.index(b"\n", place.start) + 1]


def swap_segments(data: bytearray, custodian: Custodian) -> None:
    first, second = (bytes(data[segment_of(custodian, ordinal)]) for ordinal in (1, 2))
    data[segment_of(custodian, 1).start : segment_of(custodian, 2).stop] = second + first


def insert_a_line(data: bytearray, custodian: Custodian) -> None:
    data[segment_of(custodian, 1).start : segment_of(custodian, 1).start] = b'{"event": "never"}\n'


def cut(data: bytearray, custodian: Custodian) -> None:
    del data[segment_of(custodian, 1).start + 7 :]


def cut_at_a_segment(data: bytearray, custodian: Custodian) -> None:
    del data[segment_of(custodian, 1).start :]


def change_the_beginning(data: bytearray, custodian: Custodian) -> None:
    data[3] ^= 1


CORRUPTIONS: dict[str, tuple[Callable[[bytearray, Custodian], None], str]] = {
    "a changed byte": (change, "segment 1 of books/web.log (bytes 270 to 540, sealed at 2026-11-01 00:10"),
    "a deleted line": (delete_a_line, "was changed; 2 of 4 segments differ"),
    "swapped segments": (swap_segments, "was changed; 2 of 4 segments differ"),
    "a line added in the past": (insert_a_line, "was changed; 2 of 4 segments differ"),
    "a tail cut within a segment": (cut, "is cut off: the file ends at byte"),
    "a tail cut between segments": (cut_at_a_segment, "is cut off: the file ends at byte"),
    "a changed beginning": (change_the_beginning, "segment 0 of books/web.log"),
    "all of it replaced": (lambda data, _: data.reverse(), "nothing that was sealed is in it"),
    "lines added behind its end": (lambda data, _: data.extend(b"late\n"), "5 bytes were added behind byte"),
}


class TestFileOfWhichNothingWasSealedYet:
    def test_accuses_nobody_once_the_one_before_was_closed(self, custodian: Custodian) -> None:
        custodian.rotate()
        custodian.seal()
        custodian.write(1)
        told = custodian.judged(custodian.rotated(1), custodian.path)
        assert told.refused is None
        assert any(
            "web.log, of which nothing was sealed yet" in each["what"] for each in told.report.could_not
        )

    def test_is_refused_where_the_one_before_goes_on(self, custodian: Custodian) -> None:
        custodian.path.write_text("another log\n")
        told = custodian.judged(custodian.rotated(1), custodian.path)
        assert "nothing that was sealed is in it" in str(told.refused)


class TestFiles:
    def test_are_complete_and_unaltered_and_a_tail_is_told(self, custodian: Custodian) -> None:
        told = custodian.judged(custodian.rotated(1), custodian.path)
        assert told.refused is None
        size = custodian.rotated(1).stat().st_size
        assert f"web.log.1 is file 0 of {STREAM}, complete and unaltered to its end." in told.report.proved
        end = custodian.segments[-1].end_byte
        assert (
            f"web.log is file 1 of {STREAM}, complete and unaltered up to byte {end}." in told.report.proved
        )
        tail = custodian.path.stat().st_size - end
        assert {
            "what": f"vouch for the last {tail} bytes of web.log",
            "because": "they are in no segment; the last one was sealed at 2026-11-01 00:25:00 UTC",
        } in told.report.could_not
        assert size > end

    @pytest.mark.parametrize("name", CORRUPTIONS)
    def test_are_refused_with(self, custodian: Custodian, name: str) -> None:
        corrupt, sentence = CORRUPTIONS[name]
        data = bytearray(custodian.rotated(1).read_bytes())
        corrupt(data, custodian)
        custodian.rotated(1).write_bytes(data)
        told = custodian.judged(custodian.rotated(1), custodian.path)
        assert told.refused is not None
        assert told.refused.startswith("web.log.1: ")
        assert sentence in told.refused

    def test_under_another_name_or_as_a_copy_are_known_by_what_is_in_them(
        self, custodian: Custodian, tmp_path: Path
    ) -> None:
        copy = custodian.path.rename(tmp_path / "evidence.txt")
        assert custodian.judged(copy).refused is None
        twice = tmp_path / "again"
        twice.write_bytes(copy.read_bytes())
        assert custodian.judged(copy, twice).refused == f"again: file 1 of {STREAM} was given twice."

    def test_that_are_deleted_in_between_are_missed(self, custodian: Custodian) -> None:
        custodian.rotate()
        custodian.seal()
        custodian.write(2)
        custodian.seal()
        whole = custodian.judged(*map(custodian.rotated, (2, 1, 0)))
        assert whole.refused is None
        told = custodian.judged(custodian.rotated(2), custodian.path)
        assert told.refused == f"{STREAM}: file 1, between those that were given, is missing."

    def test_that_are_not_given_are_told(self, custodian: Custodian) -> None:
        older = custodian.judged(custodian.path).report.could_not
        assert any(
            "held before these files" in entry["what"] and "0 to 0" in entry["because"] for entry in older
        )
        newer = custodian.judged(custodian.rotated(1)).report.could_not
        assert any(
            "held after these files" in entry["what"] and "1 to 1" in entry["because"] for entry in newer
        )

    def test_are_not_compared_with_an_archive_that_cannot_tell(self, custodian: Custodian) -> None:
        company_id, log = UUID(int=7), LogInMemory()
        log.append(company_id)
        log.seal()
        with pytest.raises(Unreadable, match="an archive of the whole log, and this is none"):
            verdict(company_archive(log, company_id), logs=[custodian.path])

    def test_behind_a_break_are_refused_since_nobody_can_vouch_for_them(self, custodian: Custodian) -> None:
        data = bytearray(custodian.path.read_bytes())
        data[segment_of(custodian, -1).start + 20] ^= 1
        data[5] ^= 1
        custodian.path.write_bytes(data)
        custodian.seal()
        custodian.seal()
        told = custodian.judged(custodian.path)
        assert told.refused is not None
        assert "follows a break, which the custodian noticed at 2026-11-01 00:30:00 UTC" in told.refused
        told = custodian.judged()
        assert told.refused is None
        assert any(
            "vouch for books/web.log between its files 1 and 2" in e["what"] for e in told.report.could_not
        )


class TestStatements:
    def test_are_those_of_the_leaves(self, custodian: Custodian) -> None:
        lines = [one.statement for one in custodian.segments]
        changed = [*lines[:-1], lines[-1].replace(b'"ordinal":4', b'"ordinal":5')]
        for given, sentence in (
            (lines[:-1], "expected the statements of 5 leaves, got 4"),
            ([*lines, lines[0]], "line 6 is not the statement that its leaf fixed"),
            ([*lines[:2], lines[3], lines[2], *lines[4:]], "line 3 is not the statement that its leaf fixed"),
            (changed, "line 5 is not the statement that its leaf fixed"),
            ([], "expected the statements of 5 leaves, got 0"),
        ):
            told = verdict(custodian.archive(given)).refused
            assert told is not None
            assert sentence in told

    @pytest.mark.parametrize(
        "forge",
        [
            {"ordinal": 2},
            {"former": "0" * 64},
            {"first_byte": 1},
            {"file": 5},
            {"end_byte": 10_000_000},
            {"closes": True},
        ],
        ids=lambda forge: next(iter(forge)),
    )
    def test_that_do_not_follow_each_other_are_refused_although_leaves_fixed_them(
        self, custodian: Custodian, forge: dict[str, object]
    ) -> None:
        custodian.segments[1] = replace(custodian.segments[1], **forge)  # type: ignore[arg-type]
        told = custodian.judged().refused
        assert told is not None
        assert "it does not follow the segment before" in told
