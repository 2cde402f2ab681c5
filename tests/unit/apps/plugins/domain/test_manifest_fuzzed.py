# SPDX-License-Identifier: Apache-2.0
"""No input gives anything but a manifest or the one refusal, and none takes long to refuse."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.plugins.domain.errors import ManifestMustBeWellFormed
from apps.plugins.domain.manifest import Manifest
from apps.plugins.domain.read_manifest import BYTES_MAX, read_manifest
from tests.factories.plugin_manifests import FULL, LEAST, changed

PIECES = [
    *(
        "&a",
        "*a",
        "!!int ",
        "<<: ",
        "- ",
        "? ",
        ": ",
        "{",
        "}",
        "[",
        "]",
        "'",
        '"',
        "|",
        ">",
        "\n",
        "  ",
        "---\n",
    ),
    *(
        "\0",
        "\ufeff",
        "\u202e",
        "\ud7ff",
        "null",
        "true",
        "1",
        "-1",
        "1e999",
        "%YAML 1.1\n",
        "#",
        "\t",
        "\\x00",
    ),
]
places = st.integers(0, len(FULL))
edits = st.lists(
    st.tuples(places, st.integers(0, 30), st.sampled_from(PIECES) | st.text(max_size=4)), max_size=4
)
tried = settings(max_examples=50, deadline=None)


def outcome(untrusted_manifest: bytes) -> str:
    try:
        read = read_manifest(untrusted_manifest)
    except ManifestMustBeWellFormed as error:
        refusal = error
    else:
        assert isinstance(read, Manifest)
        assert all(each.text.isprintable() for each in read.capabilities)
        return "read"
    assert sorted(refusal.evidence) == ["expected", "got", "line", "object", "place"]
    assert refusal.message.isprintable()
    return "refused"


class TestAnyBytes:
    @tried
    @given(untrusted_manifest=st.binary(max_size=200))
    def test_are_refused_by_the_one_refusal(self, untrusted_manifest: bytes) -> None:
        assert outcome(untrusted_manifest) == "refused"

    @tried
    @given(changes=edits)
    def test_near_a_manifest_are_read_or_refused(self, changes: list[tuple[int, int, str]]) -> None:
        text = FULL
        for at, length, piece in changes:
            text = text[:at] + piece + text[at + length :]
        assert outcome(text.encode(errors="surrogatepass")) in ("read", "refused")

    @tried
    @given(at=places, bit=st.integers(0, 7))
    def test_with_one_bit_changed_are_read_or_refused(self, at: int, bit: int) -> None:
        written = bytearray(FULL.encode())
        written[at % len(written)] ^= 1 << bit
        assert outcome(bytes(written)) in ("read", "refused")


class TestHostileSizes:
    @pytest.mark.parametrize(
        ("old", "piece"),
        [
            ("id: com.example.least", "id: com.{}A"),
            ("id: com.example.least", "id: com{}!"),
            ('cortex: ">=0.1.0"', 'cortex: ">=1.0.0{}x"'),
            ("licence: MIT", "licence: MIT{}!"),
            ("name: Least", 'name: "{}"'),
        ],
    )
    @pytest.mark.parametrize("filling", ["a", "a-", "-", ".a", " OR a", " >=1.0.0", "\\n", "\\u202e"])
    def test_are_refused_at_once(self, old: str, piece: str, filling: str) -> None:
        room = BYTES_MAX - len(LEAST) - 100
        written = changed(old, piece.format(filling * (room // len(filling))), text=LEAST)
        began = time.perf_counter()
        assert outcome(written) == "refused"
        assert time.perf_counter() - began < 2

    def test_of_many_members_are_refused_at_once(self) -> None:
        began = time.perf_counter()
        assert outcome(LEAST.encode() + b"".join(b"a%x: 1\n" % each for each in range(6_000))) == "refused"
        assert time.perf_counter() - began < 2
