# SPDX-License-Identifier: Apache-2.0
"""A range holds the versions that all its comparisons hold, by the precedence of semantic versions."""

import pytest
from semver import Version

from apps.plugins.domain.version_range import VersionRange


class TestVersionRange:
    @pytest.mark.parametrize(
        ("text", "inside", "outside"),
        [
            (">=1.0.0 <2.0.0", ["1.0.0", "1.9.9", "2.0.0-rc.1"], ["0.9.9", "2.0.0", "1.0.0-rc.1"]),
            (">1.0.0", ["1.0.1", "1.1.0-alpha"], ["1.0.0", "1.0.0-rc.9"]),
            ("<=1.0.0", ["1.0.0", "1.0.0-rc.1", "0.0.1"], ["1.0.1", "1.0.1-alpha"]),
            ("<1.0.0", ["0.9.9", "1.0.0-rc.1"], ["1.0.0"]),
            ("==1.0.0", ["1.0.0", "1.0.0+build"], ["1.0.0-rc.1", "1.0.1"]),
            ("!=1.1.0", ["1.0.0", "1.1.0-rc.1"], ["1.1.0"]),
            (">=1.0.0 !=1.5.0 <2.0.0", ["1.4.9", "1.5.1"], ["1.5.0", "2.0.0"]),
            (">=1.0.0-rc.2", ["1.0.0-rc.2", "1.0.0-rc.10", "1.0.0"], ["1.0.0-rc.1", "1.0.0-beta"]),
            (">=1.9.0", ["1.10.0"], ["1.8.10"]),
        ],
    )
    def test_holds_what_all_its_comparisons_hold(
        self, text: str, inside: list[str], outside: list[str]
    ) -> None:
        versions = VersionRange(text)
        assert [each for each in inside if Version.parse(each) not in versions] == []
        assert [each for each in outside if Version.parse(each) in versions] == []

    @pytest.mark.parametrize(
        "text",
        [
            "",
            " ",
            ">=",
            ">=1",
            ">=1.0",
            ">=01.0.0",
            ">==1.0.0",
            "=>1.0.0",
            "=1.0.0",
            "~1.0.0",
            "^1.0.0",
            ">=1.0.0 ",
            ">=1.0.0  <2.0.0",
            ">=1.0.0\n",
            ">=1.\u0660.0",
            ">=1.0.0,<2.0.0",
            "!1.0.0",
            f">={'9' * 5000}.0.0",
        ],
    )
    def test_is_refused_before_it_is_asked_where_a_part_is_no_comparison(self, text: str) -> None:
        with pytest.raises(ValueError, match=r".+"):
            VersionRange(text)
