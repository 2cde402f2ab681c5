# SPDX-License-Identifier: Apache-2.0
"""The verifier's own trees and proofs, held against cases of others, the program's proofs and pymerkle."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.audit.domain.merkle.hashes import leaf_hash
from apps.audit.domain.merkle.proofs import perfect_trees
from apps.audit.management.verifier import verify as verifier
from tests.unit.apps.audit.domain.merkle.test_proofs import consistent, included, with_a_bit_flipped
from tests.unit.apps.audit.domain.merkle.test_shared_cases import hashes, proof
from tests.unit.apps.audit.domain.merkle.trees import bodies, oracle

LARGEST = 700
SIZES = st.integers(1, LARGEST)


def included_by(case: dict[str, Any]) -> None:
    """Ask the verifier what the program's own check was asked."""
    verifier.check_inclusion(
        case["leaf_hash"], case["leaf_index"], case["tree_size"], case["proof"], case["root_hash"], "here"
    )


def consistent_by(case: dict[str, Any]) -> None:
    verifier.check_consistency(
        case["old_size"], case["new_size"], case["old_root"], case["proof"], case["new_root"], "here"
    )


def inclusion_case(case: dict[str, Any]) -> None:
    root, leaf = hashes(case, "root", "leafHash").values()
    verifier.check_inclusion(leaf, case["leafIdx"], case["treeSize"], proof(case), root, "here")


def consistency_case(case: dict[str, Any]) -> None:
    old, new = hashes(case, "root1", "root2").values()
    verifier.check_consistency(case["size1"], case["size2"], old, proof(case), new, "here")


def is_refused(check: Callable[[dict[str, Any]], None], case: dict[str, Any]) -> bool:
    try:
        check(case)
    except verifier.Refused:
        return True
    return False


class TestProofsOfOthers:
    @pytest.mark.parametrize(
        ("folder", "check", "count"),
        [("inclusion", inclusion_case, 31), ("consistency", consistency_case, 22)],
    )
    def test_are_all_decided_as_they_should_be(
        self,
        shared_cases: Callable[[str], Path],
        folder: str,
        check: Callable[[dict[str, Any]], None],
        count: int,
    ) -> None:
        files = sorted(shared_cases(f"merkle/{folder}").rglob("*.json"))
        cases = {file.relative_to(file.parents[1]): orjson.loads(file.read_bytes()) for file in files}
        decided = {name: is_refused(check, case) for name, case in cases.items()}
        assert decided == {name: case["wantErr"] for name, case in cases.items()}
        assert len(cases) >= count


class TestProofsOfTheProgram:
    @settings(max_examples=150, deadline=None)
    @given(data=st.data(), size=SIZES, which=st.integers(0, 20), bit=st.integers(0, 255))
    def test_of_every_leaf_verify_and_with_any_bit_flipped_do_not(
        self, data: st.DataObject, size: int, which: int, bit: int
    ) -> None:
        proved = included(data.draw(st.integers(0, size - 1)), size)
        included_by(proved)
        assert is_refused(included_by, with_a_bit_flipped(proved, ["leaf_hash", "root_hash"], which, bit))
        assert is_refused(included_by, {**proved, "proof": [*proved["proof"], bytes(32)]})

    @settings(max_examples=150, deadline=None)
    @given(data=st.data(), new=SIZES, which=st.integers(0, 20), bit=st.integers(0, 255))
    def test_of_every_earlier_tree_verify_and_with_any_bit_flipped_do_not(
        self, data: st.DataObject, new: int, which: int, bit: int
    ) -> None:
        proved = consistent(data.draw(st.integers(1, new)), new)
        consistent_by(proved)
        assert is_refused(consistent_by, with_a_bit_flipped(proved, ["old_root", "new_root"], which, bit))
        assert is_refused(consistent_by, {**proved, "proof": [*proved["proof"], bytes(32)]})

    @pytest.mark.parametrize("sizes", [(0, 5), (6, 5), (-1, 5), (0, 0)])
    def test_from_nothing_or_from_a_larger_tree_are_refused(self, sizes: tuple[int, int]) -> None:
        old, new = sizes
        assert is_refused(consistent_by, {**consistent(5, 6), "old_size": old, "new_size": new})
        assert is_refused(consistent_by, {**consistent(5, 5), "old_size": old, "new_size": new})


class TestTree:
    @pytest.mark.parametrize("size", [0, 1, 2, 3, 8, 255, 256, 257, 300])
    @pytest.mark.parametrize("at_once", [1, 7, 256])
    def test_has_the_root_of_another_implementation(self, size: int, at_once: int) -> None:
        leaves, tree = [leaf_hash(body) for body in bodies(size)], verifier.Tree()
        for first in range(0, size, at_once):
            tree.add(leaves[first : first + at_once])
        assert tree.size == size
        empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        assert tree.root() == (oracle(bodies(size)).get_root() if size else bytes.fromhex(empty))

    @settings(max_examples=100, deadline=None)
    @given(data=st.data(), size=st.integers(1, 300))
    def test_has_it_too_when_perfect_trees_stand_for_their_leaves(
        self, data: st.DataObject, size: int
    ) -> None:
        """Each run of leaves is replaced by the roots of the perfect trees that it is made of."""
        leaves, tree = [leaf_hash(body) for body in bodies(size)], verifier.Tree()
        cuts = sorted(data.draw(st.sets(st.integers(0, size), max_size=4)) | {0, size})
        for start, end in pairwise(cuts):
            heights = list(verifier.perfect_trees(start, end))
            assert heights == [height for _, height in perfect_trees(start=start, end=end)]
            for height in heights:
                inner = verifier.Tree()
                inner.add(leaves[tree.size : tree.size + (1 << height)])
                tree.add([inner.root()], height)
        assert (tree.size, tree.root()) == (size, oracle(bodies(size)).get_root())
