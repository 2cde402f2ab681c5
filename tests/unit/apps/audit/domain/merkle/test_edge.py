# SPDX-License-Identifier: Apache-2.0
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.audit.domain.merkle.edge import Edge
from apps.audit.domain.merkle.errors import TileMustBeWhole
from apps.audit.domain.merkle.hashes import EMPTY_ROOT, leaf_hash, tree_root
from tests.unit.apps.audit.domain.merkle.trees import bodies, oracle


class TestEdge:
    @settings(max_examples=60, deadline=None)
    @given(batches=st.lists(st.integers(0, 60), max_size=6))
    def test_appended_and_stored_in_any_batches_has_the_root_of_the_whole(self, batches: list[int]) -> None:
        hashes = [leaf_hash(body) for body in bodies(sum(batches))]
        edge, start = Edge(0, []), 0
        for width in batches:
            edge = Edge.of_bytes(size=edge.size, stored=edge.to_bytes())
            edge.append(leaf_hashes=hashes[start : start + width])
            start += width
        assert (edge.size, edge.root()) == (len(hashes), tree_root(hashes=hashes))
        assert len(edge.roots) == len(hashes).bit_count()

    @pytest.mark.parametrize("size", [1, 2, 3, 64, 100])
    def test_has_the_root_that_another_implementation_finds(self, size: int) -> None:
        edge = Edge(0, [])
        edge.append(leaf_hashes=[leaf_hash(body) for body in bodies(size)])
        assert edge.root() == oracle(bodies(size)).get_root()

    def test_of_no_leaf_has_the_root_of_nothing(self) -> None:
        assert Edge.of_bytes(size=0, stored=b"").root() == EMPTY_ROOT

    def test_that_lost_a_hash_is_refused(self) -> None:
        with pytest.raises(TileMustBeWhole) as refusal:
            Edge.of_bytes(size=3, stored=b"x" * 32)
        assert refusal.value.evidence == {"object": 3, "expected": 64, "got": 32}
