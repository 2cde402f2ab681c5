# SPDX-License-Identifier: Apache-2.0
"""Versions compare as numbers, and ranges say which are wanted."""

import pytest

from cortex.container.providers.errors import VersionMustBeReadable
from cortex.container.providers.versions import Version, VersionRange


class TestVersion:
    def test_is_compared_part_by_part(self) -> None:
        texts = ["1", "1.2", "1.2.3", "1.10", "2"]
        assert [str(version) for version in sorted(map(Version.parse, reversed(texts)))] == [
            "1.0.0",
            "1.2.0",
            "1.2.3",
            "1.10.0",
            "2.0.0",
        ]

    @pytest.mark.parametrize("text", ["", "v1", "1.2.3.4", "1..2", "-1", "1.x"])
    def test_of_another_shape_is_refused(self, text: str) -> None:
        with pytest.raises(VersionMustBeReadable):
            Version.parse(text)


class TestVersionRange:
    @pytest.mark.parametrize(
        ("text", "inside", "outside"),
        [
            (">=1.2,<2", ["1.2", "1.99.1"], ["1.1.9", "2"]),
            ("==1.0.1", ["1.0.1"], ["1.0.0"]),
            (">1,<=1.5", ["1.0.1", "1.5"], ["1", "1.5.1"]),
            ("", ["0", "9"], []),
        ],
    )
    def test_holds_what_meets_every_bound(self, text: str, inside: list[str], outside: list[str]) -> None:
        wanted = VersionRange.parse(text)
        assert [version in wanted for version in map(Version.parse, inside)] == [True] * len(inside)
        assert [version in wanted for version in map(Version.parse, outside)] == [False] * len(outside)

    @pytest.mark.parametrize("text", ["1.2", "~=1", ">=one", ">=1 <2"])
    def test_of_another_shape_is_refused(self, text: str) -> None:
        with pytest.raises(VersionMustBeReadable):
            VersionRange.parse(text)
