# SPDX-License-Identifier: Apache-2.0
"""A difference names each line with its number before and after, and a mark that needs no colour."""

from cortex.backoffice.differences import LINES_MAX, differences


def told(before: str, after: str) -> list[tuple[str, int | None, int | None, str]]:
    return [(line.mark, line.before, line.after, line.text) for line in differences(before, after)]


class TestDifferences:
    def test_of_one_text_are_none(self) -> None:
        assert told("a\nb\n", "a\nb\n") == []

    def test_name_what_was_removed_and_added(self) -> None:
        assert told("a\nb\nc", "a\nB\nc") == [
            (" ", 1, 1, "a"),
            ("−", 2, None, "b"),
            ("+", None, 2, "B"),
            (" ", 3, 3, "c"),
        ]

    def test_far_apart_are_told_with_their_place(self) -> None:
        before = "\n".join(str(number) for number in range(1, 31))
        after = before.replace("5\n", "five\n", 1).replace("30", "thirty")
        places = [text for mark, _, _, text in told(before, after) if mark == "…"]
        assert places == ["line 2", "line 27"]

    def test_are_bounded(self) -> None:
        found = differences("", "\n".join(map(str, range(LINES_MAX + 10))))
        assert (len(found), found[-1].text) == (LINES_MAX + 1, "10 lines more")
