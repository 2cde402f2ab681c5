# SPDX-License-Identifier: Apache-2.0
"""Whatever changes something leaves a leaf in the audit log, and every verb of a leaf is in the documents."""

from pathlib import Path

from tests.architecture.verbs import (
    Function,
    asking_verbs,
    functions,
    is_recorded,
    leaves_a_leaf,
    verbs_of_leaves,
)

DOCUMENT = Path(__file__).parents[2] / "docs" / "audit.md"
# By function: why it leaves none.
WITHOUT_A_LEAF = {
    "apps.plugins.services.forget_calls.forget_calls": "calls prove nothing, and end by themselves",
    "cortex.programs.listings.list_authorizations": "it reads what one may end",
    "cortex.programs.purge.purge": "what has expired counts no more",
}


class TestEveryVerb:
    def test_leaves_a_leaf(self) -> None:
        silent = {verb.place for verb in asking_verbs() if not is_recorded(verb)}
        assert silent == set(WITHOUT_A_LEAF)

    def test_is_found_by_what_it_asks_for(self) -> None:
        places = {verb.place for verb in asking_verbs()}
        assert {
            "apps.accounting.services.create_ledger.create_ledger",
            "cortex.policy.retention.forget_old_decisions",
            "cortex.approvals.delegate.delegate",
        } <= places
        assert len(places) > 60

    def test_that_forgets_its_leaf_is_found(self) -> None:
        delegate = functions()["cortex.approvals.delegate.delegate"]
        assert leaves_a_leaf(delegate)
        silent = Function(delegate.place, calls=frozenset(), asks=delegate.asks, appends=False)
        assert not is_recorded(silent)


def test_every_verb_of_a_leaf_stands_in_the_documents() -> None:
    document = DOCUMENT.read_text(encoding="utf-8")
    missing = {verb: module for verb, module in verbs_of_leaves().items() if f"`{verb}`" not in document}
    assert missing == {}
