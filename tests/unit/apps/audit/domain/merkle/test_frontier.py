# SPDX-License-Identifier: Apache-2.0
import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.audit.domain.merkle.errors import TileMustBeWhole
from apps.audit.domain.merkle.frontier import Frontier
from apps.audit.domain.merkle.hashes import EMPTY_ROOT, leaf_hash, tree_root
from apps.audit.domain.merkle.tiles import tile_path, tile_width
from tests.unit.apps.audit.domain.merkle.trees import Grown, bodies, grown, oracle

BATCHES = st.lists(st.integers(0, 300), max_size=6)


class TestFrontier:
    def test_of_no_leaf_has_the_root_of_nothing(self) -> None:
        assert Frontier().root() == EMPTY_ROOT == hashlib.sha256(b"").digest()

    @settings(max_examples=40, deadline=None)
    @given(batches=BATCHES)
    def test_appended_in_any_batches_is_the_whole_tree(self, batches: list[int]) -> None:
        whole = grown(sum(batches))
        parts, start = Grown(), 0
        for width in batches:
            parts.grow(bodies(sum(batches))[start : start + width])
            start += width
        assert (parts.frontier, parts.tiles) == (whole.frontier, whole.tiles)
        assert whole.frontier.root() == tree_root(hashes=[leaf_hash(body) for body in bodies(sum(batches))])

    @pytest.mark.parametrize("size", [1, 2, 3, 7, 255, 256, 257, 511, 513, 1000])
    def test_has_the_root_that_another_implementation_finds(self, size: int) -> None:
        assert grown(size).frontier.root() == oracle(bodies(size)).get_root()

    @pytest.mark.parametrize("size", [0, 1, 255, 256, 257, 65_535, 65_536, 65_537])
    def test_is_found_again_in_the_tiles(self, size: int) -> None:
        tree = grown(size)
        found = Frontier.of_tiles(size=size, read=tree.read)
        assert found.root() == tree.frontier.root()
        tree.tiles |= found.append(leaf_hashes=[leaf_hash(b"next")])
        assert found.root() == grown(size).grow([b"next"]).frontier.root()

    def test_refuses_tiles_that_lost_a_hash(self) -> None:
        tree = grown(300)
        tree.tiles[0, 1] = tree.tiles[0, 1][:-32]
        with pytest.raises(TileMustBeWhole) as refusal:
            Frontier.of_tiles(size=300, read=tree.read)
        assert refusal.value.evidence == {"object": "0/1", "expected": 44 * 32, "got": 43 * 32}


class TestTiles:
    @pytest.mark.parametrize(
        ("place", "width", "path"),
        [
            (0, 256, "tile/0/000"),
            (67, 256, "tile/0/067"),
            (1_234_067, 256, "tile/0/x001/x234/067"),
            (1_000, 8, "tile/0/x001/000.p/8"),
        ],
    )
    def test_stand_where_tlog_tiles_says(self, place: int, width: int, path: str) -> None:
        assert tile_path(level=0, place=place, width=width) == path

    def test_of_entries_stand_beside_them(self) -> None:
        assert tile_path(level="entries", place=3, width=5) == "tile/entries/003.p/5"

    def test_have_the_width_that_the_size_of_the_tree_gives_them(self) -> None:
        size = 70_000
        assert [tile_width(level=0, place=place, tree_size=size) for place in (0, 272, 273, 274)] == [
            256,
            256,
            112,
            0,
        ]
        assert [tile_width(level=1, place=place, tree_size=size) for place in (0, 1, 2)] == [256, 17, 0]
        assert tile_width(level=2, place=0, tree_size=size) == 1
        assert {(level, place): len(tile) // 32 for (level, place), tile in grown(size).tiles.items()} == {
            (level, place): tile_width(level=level, place=place, tree_size=size)
            for level, last in ((0, 273), (1, 1), (2, 0))
            for place in range(last + 1)
        }
