# SPDX-License-Identifier: Apache-2.0
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.audit.domain.merkle.errors import (
    ConsistencyProofInvalid,
    InclusionProofInvalid,
    TreeMustHaveTheSize,
)
from apps.audit.domain.merkle.hashes import leaf_hash
from apps.audit.domain.merkle.proofs import consistency_proof, inclusion_proof, root_at
from apps.audit.domain.merkle.verification import verify_consistency, verify_inclusion
from tests.unit.apps.audit.domain.merkle.trees import bodies, grown, oracle

LARGEST = 700
TREE = grown(LARGEST)
SIZES = st.integers(1, LARGEST)


def included(index: int, size: int) -> dict[str, Any]:
    return {
        "leaf_hash": leaf_hash(b"leaf %d" % index),
        "leaf_index": index,
        "tree_size": size,
        "proof": inclusion_proof(leaf_index=index, tree_size=size, read=TREE.read),
        "root_hash": root_at(tree_size=size, read=TREE.read),
    }


def consistent(old: int, new: int) -> dict[str, Any]:
    return {
        "old_size": old,
        "new_size": new,
        "old_root": root_at(tree_size=old, read=TREE.read),
        "new_root": root_at(tree_size=new, read=TREE.read),
        "proof": consistency_proof(old_size=old, new_size=new, read=TREE.read),
    }


def flipped(value: bytes, bit: int) -> bytes:
    changed = bytearray(value)
    changed[bit // 8] ^= 1 << (bit % 8)
    return bytes(changed)


def with_a_bit_flipped(proved: dict[str, Any], names: list[str], which: int, bit: int) -> dict[str, Any]:
    """Return the claim with one bit of one of its hashes changed; `which` counts names, then the proof."""
    which %= len(names) + len(proved["proof"])
    if which < len(names):
        return {**proved, names[which]: flipped(proved[names[which]], bit)}
    proof = list(proved["proof"])
    proof[which - len(names)] = flipped(proof[which - len(names)], bit)
    return {**proved, "proof": proof}


class TestInclusionProof:
    @settings(max_examples=200, deadline=None)
    @given(data=st.data(), size=SIZES)
    def test_of_every_leaf_verifies(self, data: st.DataObject, size: int) -> None:
        verify_inclusion(**included(data.draw(st.integers(0, size - 1)), size))

    @settings(max_examples=200, deadline=None)
    @given(data=st.data(), size=SIZES, which=st.integers(0, 20), bit=st.integers(0, 255))
    def test_with_any_bit_flipped_is_refused(
        self, data: st.DataObject, size: int, which: int, bit: int
    ) -> None:
        proved = included(data.draw(st.integers(0, size - 1)), size)
        with pytest.raises(InclusionProofInvalid):
            verify_inclusion(**with_a_bit_flipped(proved, ["leaf_hash", "root_hash"], which, bit))

    @settings(max_examples=100, deadline=None)
    @given(data=st.data(), size=SIZES, other=st.integers(0, LARGEST))
    def test_of_another_place_is_refused(self, data: st.DataObject, size: int, other: int) -> None:
        index = data.draw(st.integers(0, size - 1))
        proved = {**included(index, size), "leaf_index": other}
        if other != index:
            with pytest.raises(InclusionProofInvalid):
                verify_inclusion(**proved)

    @pytest.mark.parametrize("size", [1, 2, 3, 8, 255, 256, 257, 300])
    def test_is_the_one_that_another_implementation_makes(self, size: int) -> None:
        tree = oracle(bodies(size))
        for index in {0, size // 2, size - 1}:
            path = tree.prove_inclusion(index + 1).path
            # pymerkle's path begins with the leaf itself.
            assert path == [leaf_hash(b"leaf %d" % index), *included(index, size)["proof"]]

    def test_says_both_roots_when_it_is_refused(self) -> None:
        with pytest.raises(InclusionProofInvalid) as refusal:
            verify_inclusion(**{**included(3, 9), "leaf_hash": leaf_hash(b"another")})
        assert refusal.value.evidence["expected"] == root_at(tree_size=9, read=TREE.read).hex()
        assert len(refusal.value.evidence["proof"]) == 4

    @pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0)])
    def test_beyond_the_tree_is_not_made(self, index: int, size: int) -> None:
        with pytest.raises(TreeMustHaveTheSize):
            inclusion_proof(leaf_index=index, tree_size=size, read=TREE.read)


class TestConsistencyProof:
    @settings(max_examples=200, deadline=None)
    @given(data=st.data(), new=SIZES)
    def test_of_every_earlier_tree_verifies(self, data: st.DataObject, new: int) -> None:
        verify_consistency(**consistent(data.draw(st.integers(1, new)), new))

    @settings(max_examples=200, deadline=None)
    @given(data=st.data(), new=SIZES, which=st.integers(0, 20), bit=st.integers(0, 255))
    def test_with_any_bit_flipped_is_refused(
        self, data: st.DataObject, new: int, which: int, bit: int
    ) -> None:
        proved = consistent(data.draw(st.integers(1, new)), new)
        with pytest.raises(ConsistencyProofInvalid):
            verify_consistency(**with_a_bit_flipped(proved, ["old_root", "new_root"], which, bit))

    @pytest.mark.parametrize(("old", "new"), [(1, 2), (3, 7), (4, 7), (6, 8), (256, 300), (255, 300)])
    def test_leads_to_the_roots_of_another_implementation_and_its_proof_to_ours(
        self, old: int, new: int
    ) -> None:
        """pymerkle's proofs have nodes that RFC 9162's leave out, so the two are compared by their roots."""
        tree, ours = oracle(bodies(new)), consistent(old, new)
        verify_consistency(**{**ours, "old_root": tree.get_root(old), "new_root": tree.get_root(new)})
        tree.prove_consistency(old, new).verify(ours["old_root"], ours["new_root"])

    def test_from_nothing_is_neither_made_nor_accepted(self) -> None:
        with pytest.raises(TreeMustHaveTheSize):
            consistency_proof(old_size=0, new_size=5, read=TREE.read)
        with pytest.raises(ConsistencyProofInvalid):
            verify_consistency(**{**consistent(1, 5), "old_size": 0, "proof": []})

    def test_of_a_tree_that_shrank_is_neither_made_nor_accepted(self) -> None:
        with pytest.raises(TreeMustHaveTheSize):
            consistency_proof(old_size=6, new_size=5, read=TREE.read)
        with pytest.raises(ConsistencyProofInvalid):
            verify_consistency(**{**consistent(5, 6), "old_size": 6, "new_size": 5})
