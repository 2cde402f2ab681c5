# SPDX-License-Identifier: Apache-2.0
"""Namespaces are domains, and look like nobody else's."""

import pytest

from apps.plugins.domain.marketplace.namespace import overlap, require_namespace, skeleton
from apps.plugins.domain.marketplace.publishing_errors import NamespaceMustBeWellFormed


class TestNamespace:
    @pytest.mark.parametrize("name", ["com.example", "de.my-firm.tools", "io.github.somebody"])
    def test_may_be(self, name: str) -> None:
        assert require_namespace(name) == name

    @pytest.mark.parametrize(
        "name",
        [
            *(
                "",
                "com",
                "example",
                "Com.Example",
                "com.ex\u0430mple",
                "com.example\n",
                "com..example",
                ".com.example",
            ),
            *("com.example.", "com.-example", "com.exam_ple", "com.example/x", "1com.example", "io.github"),
            *("co.uk", "com.ex\u202eample", "xn--.com\x00", "a." + "b" * 60),
        ],
    )
    def test_may_not_be(self, name: str) -> None:
        with pytest.raises(NamespaceMustBeWellFormed) as refused:
            require_namespace(name)
        assert refused.value.message.isprintable()

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("com.example", "com.examp1e"),
            ("com.example", "com.exampie"),
            ("com.modern", "com.modem"),
            ("com.my-firm", "com.myfirm"),
            ("com.vvest", "com.west"),
            ("com.g0od", "com.good"),
            ("com.clean", "com.dean"),
        ],
    )
    def test_looks_like(self, one: str, other: str) -> None:
        assert skeleton(one) == skeleton(other)

    def test_does_not_look_like_another_word(self) -> None:
        assert skeleton("com.example") != skeleton("com.sample")

    def test_overlaps_with_what_lies_below_it_alone(self) -> None:
        assert overlap("com.example", "com.example.tools")
        assert overlap("com.example.tools", "com.example")
        assert not overlap("com.example", "com.examples")
