# SPDX-License-Identifier: Apache-2.0
"""Proofs that others made and broke. Source: transparency-dev/merkle, `testdata`."""

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

from apps.audit.domain.merkle.errors import ConsistencyProofInvalid, InclusionProofInvalid
from apps.audit.domain.merkle.verification import verify_consistency, verify_inclusion
from cortex.errors import CortexError

Check = Callable[[dict[str, Any]], None]


def hashes(case: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: base64.b64decode(case[name]) for name in names}


def proof(case: dict[str, Any]) -> list[bytes]:
    return [base64.b64decode(node) for node in case["proof"] or []]


def check_inclusion(case: dict[str, Any]) -> None:
    root, leaf = hashes(case, "root", "leafHash").values()
    verify_inclusion(
        leaf_hash=leaf,
        leaf_index=case["leafIdx"],
        tree_size=case["treeSize"],
        proof=proof(case),
        root_hash=root,
    )


def check_consistency(case: dict[str, Any]) -> None:
    old, new = hashes(case, "root1", "root2").values()
    verify_consistency(
        old_size=case["size1"], new_size=case["size2"], old_root=old, new_root=new, proof=proof(case)
    )


class TestProofsOfOthers:
    @pytest.mark.parametrize(
        ("folder", "check", "error", "count"),
        [
            ("inclusion", check_inclusion, InclusionProofInvalid, 31),
            ("consistency", check_consistency, ConsistencyProofInvalid, 22),
        ],
    )
    def test_are_all_decided_as_they_should_be(
        self,
        shared_cases: Callable[[str], Path],
        folder: str,
        check: Check,
        error: type[CortexError],
        count: int,
    ) -> None:
        files = sorted(shared_cases(f"merkle/{folder}").rglob("*.json"))
        cases = {file.relative_to(file.parents[1]): orjson.loads(file.read_bytes()) for file in files}
        decided = {name: refused(check, case, error) for name, case in cases.items()}
        assert decided == {name: case["wantErr"] for name, case in cases.items()}
        assert len(cases) >= count


def refused(check: Check, case: dict[str, Any], error: type[CortexError]) -> bool:
    try:
        check(case)
    except error:
        return True
    return False
