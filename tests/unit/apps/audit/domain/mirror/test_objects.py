# SPDX-License-Identifier: Apache-2.0
"""A mirror that was copied step by step has every tile of the tree, and each once."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.audit.domain.merkle.tiles import TILE_LEVEL_MAX, TILE_WIDTH, tile_width
from apps.audit.domain.mirror.objects import STEP, TileObject, edge_of, full_between, parse_key


def tiles_of(size: int) -> set[TileObject]:
    """Return the tiles of a tree as tlog-tiles counts them, with the bundles of its entries."""
    found = set()
    for level in range(TILE_LEVEL_MAX + 1):
        place = 0
        while width := tile_width(level=level, place=place, tree_size=size):
            found.add(TileObject(level, place, width))
            found |= {TileObject(None, place, width)} if level == 0 else set()
            place += 1
    return found


class TestObjects:
    @settings(max_examples=50, deadline=None)
    @given(sizes=st.lists(st.integers(0, 200_000), min_size=1, max_size=5))
    def test_of_steps_of_any_length_make_the_whole_tree_and_none_twice(self, sizes: list[int]) -> None:
        steps = [0, *sorted(sizes)]
        copied = [tile for old, new in pairwise(steps) for tile in full_between(mirrored=old, size=new)]
        assert len(copied) == len(set(copied))
        assert {*copied, *edge_of(size=steps[-1])} == tiles_of(steps[-1])

    @pytest.mark.parametrize("size", [1, TILE_WIDTH, TILE_WIDTH + 1, STEP, STEP + 1, TILE_WIDTH**2])
    def test_have_keys_that_name_them(self, size: int) -> None:
        for tile in tiles_of(size):
            assert parse_key(tile.key) == tile

    @pytest.mark.parametrize(
        "key", ["checkpoint", "tile/6/000", "tile/x/000", "tile/0/0", "tile/0/000.p/256", "tile/0/../000", ""]
    )
    def test_are_named_by_no_other_key(self, key: str) -> None:
        assert parse_key(key) is None
