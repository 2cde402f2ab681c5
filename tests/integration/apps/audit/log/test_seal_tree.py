# SPDX-License-Identifier: Apache-2.0
"""Every sealed tree ends with the heads of all companies."""

import hashlib
from uuid import UUID

import orjson

from apps.audit.services.seal_tree import seal_tree
from cortex.events.leases import release_lease
from tests.factories.log import StoredLeaf, append, claimed, integrate_and_seal, oracle_root, stored_leaves
from tests.integration.apps.audit.log.conftest import Log


def newest_heads(leaves: list[StoredLeaf]) -> dict[UUID, bytes]:
    """Return the body of each company's newest head, by company id."""
    heads = {leaf.company_id: leaf.body for leaf in leaves if leaf.entry_id is None and leaf.company_id}
    return {company_id: heads[company_id] for company_id in sorted(heads)}


def require_heads(log: Log) -> None:
    """The last leaf tells of the newest heads, and each of them of all its company's leaves."""
    leaves = stored_leaves(log.dsn)
    heads = newest_heads(leaves)
    assert orjson.loads(leaves[-1].body) == {
        "v": 1,
        "heads": {"companies": len(heads), "root": oracle_root(list(heads.values())).hex()},
    }
    for company_id, body in heads.items():
        own = [leaf.body for leaf in leaves if leaf.company_id == company_id and leaf.entry_id is not None]
        told = {"company": str(company_id), "count": len(own), "root": oracle_root(own).hex()}
        assert orjson.loads(body) == {"v": 1, "head": told}


class TestSealedTree:
    def test_ends_with_the_newest_head_of_every_company(self, log: Log) -> None:
        append(log.acme, 5)
        append(log.bolt, 3)
        append(None)
        integrate_and_seal()
        require_heads(log)

    def test_has_new_heads_of_those_that_changed_alone(self, log: Log) -> None:
        append(log.acme, 2)
        append(log.bolt, 2)
        before = integrate_and_seal()
        append(log.acme)
        integrate_and_seal()
        added = stored_leaves(log.dsn)[before:]
        assert [(leaf.company_id, leaf.entry_id is None) for leaf in added] == [
            (log.acme, False),
            (log.acme, True),
            (None, True),
        ]
        require_heads(log)

    def test_is_not_sealed_again(self, log: Log) -> None:
        append(log.acme)
        size = integrate_and_seal()
        lease = claimed()
        assert (seal_tree(lease=lease), seal_tree(lease=lease)) == (size, size)
        release_lease(lease)

    def test_hashes_a_head_as_any_other_leaf(self, log: Log) -> None:
        append(log.acme)
        integrate_and_seal()
        leaves = stored_leaves(log.dsn)
        assert all(
            leaf.body == orjson.dumps(orjson.loads(leaf.body), option=orjson.OPT_SORT_KEYS) for leaf in leaves
        )
        assert len({hashlib.sha256(b"\x00" + leaf.body).digest() for leaf in leaves}) == len(leaves)
