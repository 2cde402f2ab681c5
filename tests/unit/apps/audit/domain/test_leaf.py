# SPDX-License-Identifier: Apache-2.0
import hashlib
from datetime import date
from typing import Any
from uuid import UUID

import orjson
import pytest

from apps.audit.domain.leaf import BYTES_MAX, LeafMustNotBeTooLarge, leaf_body
from apps.audit.published import leaf_hash

LEAF: dict[str, Any] = {
    "leaf_id": UUID(int=1),
    "company_id": UUID(int=2),
    "actor": "user:3",
    "verb": "accounting.journal_entry.post",
    "object_type": "accounting.journal_entry",
    "object_id": UUID(int=4),
    "digest": "ab" * 32,
    "commitments": {"reason": b"\x05" * 32},
}


class TestLeafBody:
    def test_holds_version_verb_ids_digest_and_commitments_only(self) -> None:
        assert orjson.loads(leaf_body(**LEAF)) == {
            "v": 1,
            "id": "00000000-0000-0000-0000-000000000001",
            "company": "00000000-0000-0000-0000-000000000002",
            "actor": "user:3",
            "verb": "accounting.journal_entry.post",
            "object": {"type": "accounting.journal_entry", "id": "00000000-0000-0000-0000-000000000004"},
            "digest": "ab" * 32,
            "commitments": {"reason": "05" * 32},
        }

    def test_is_canonical(self) -> None:
        body = leaf_body(**LEAF)
        assert body == orjson.dumps(orjson.loads(body), option=orjson.OPT_SORT_KEYS)

    def test_of_the_platform_names_no_company(self) -> None:
        assert orjson.loads(leaf_body(**{**LEAF, "company_id": None}))["company"] is None

    def test_of_a_document_tells_the_day_on_which_it_counts(self) -> None:
        counting = orjson.loads(leaf_body(**LEAF, counts_on=date(2026, 3, 31)))
        assert counting == {**orjson.loads(leaf_body(**LEAF)), "counts_on": "2026-03-31"}

    def test_of_a_change_tells_the_digest_before_it(self) -> None:
        changing = orjson.loads(leaf_body(**LEAF, before="cd" * 32))
        assert changing == {**orjson.loads(leaf_body(**LEAF)), "before": "cd" * 32}

    def test_of_what_is_new_says_so(self) -> None:
        assert orjson.loads(leaf_body(**LEAF, is_new=True)) == {
            **orjson.loads(leaf_body(**LEAF)),
            "new": True,
        }

    def test_is_refused_beyond_what_an_entry_bundle_can_say(self) -> None:
        rest = len(leaf_body(**{**LEAF, "verb": ""}))
        assert len(leaf_body(**{**LEAF, "verb": "v" * (BYTES_MAX - rest)})) == BYTES_MAX
        with pytest.raises(LeafMustNotBeTooLarge) as refusal:
            leaf_body(**{**LEAF, "verb": "v" * (BYTES_MAX - rest + 1)})
        assert (refusal.value.evidence["expected"], refusal.value.evidence["got"]) == (
            BYTES_MAX,
            BYTES_MAX + 1,
        )


class TestLeafHash:
    def test_is_prefixed_so_that_no_inner_node_can_pass_for_a_leaf(self) -> None:
        assert leaf_hash(b"body") == hashlib.sha256(b"\x00body").digest()

    def test_of_the_empty_leaf_is_the_published_one(self) -> None:
        """Source: the first leaf of the test vectors of RFC 6962's reference implementation."""
        assert leaf_hash(b"").hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
