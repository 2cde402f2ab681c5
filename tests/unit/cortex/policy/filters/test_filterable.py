# SPDX-License-Identifier: Apache-2.0
"""Policies that lists cannot ask are found before they come into force, whoever would ask."""

import pytest

from cortex.policy import actions
from cortex.policy.actions import declare
from cortex.policy.filters import columns
from cortex.policy.filters.columns import register_columns
from cortex.policy.filters.filterable import what_lists_cannot_ask
from tests.unit.cortex.policy.filters.notes import NOTES, permit, policies
from tests.unit.cortex.policy.test_actions import READ

REFUSED = "resource.length + 1 < 5"


@pytest.fixture(autouse=True)
def own_registries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "_declared", {})
    monkeypatch.setattr(columns, "_registered", {})
    declare(READ)
    register_columns(NOTES)


class TestWhatListsCannotAsk:
    @pytest.mark.parametrize(
        "condition",
        [
            "principal has limit && resource.length < principal.limit",
            "principal.friends.contains(resource.author)",
            "principal.friends.contains(principal) || resource.is_secret",
            'resource.subject like "a*" && ["x"].contains(resource.folder.state)',
            "if context.is_fresh then resource.is_secret else resource.readers.contains(principal)",
            'resource in Cortex::Company::"here" && resource.labels.containsAny(principal.words)',
            'resource == Testing::Note::"n1" || [resource.author].contains(principal)',
        ],
    )
    def test_is_nothing_where_columns_answer(self, condition: str) -> None:
        assert what_lists_cannot_ask(policies(permit(condition))) == {}

    @pytest.mark.parametrize(
        "condition",
        [
            REFUSED,
            f"principal has limit && {REFUSED}",
            f"context.is_fresh || {REFUSED}",
            f"if context.is_fresh then {REFUSED} else true",
            "resource.author.friends.contains(principal)",
            'resource.company.code == "DE"',
            'principal.friends.contains(principal) && resource.author in Cortex::Role::"clerk"',
        ],
    )
    def test_names_the_policy_and_the_remedy(self, condition: str) -> None:
        refused = what_lists_cannot_ask(policies(permit("true") + permit(condition)))
        assert list(refused) == ["policy1"]
        assert refused["policy1"].evidence["object"] == "Testing::Note"
        assert "attributes" in str(refused["policy1"].evidence["remedy"])

    @pytest.mark.parametrize(
        "text",
        [
            "permit (principal, action, resource) unless { resource is Cortex::Company };",
            'forbid (principal, action, resource is Cortex::Company) when { resource.code == "x" };',
        ],
    )
    def test_does_not_ask_policies_about_other_types(self, text: str) -> None:
        assert what_lists_cannot_ask(policies(text)) == {}

    def test_does_not_ask_policies_about_actions_that_filter_no_list(self) -> None:
        # The engine itself would call it impossible: no action of the schema lies in the group.
        body = {"policy0": {**policies(permit(REFUSED))["policy0"], "effect": "forbid"}}
        body["policy0"]["action"] = {"op": "in", "entity": {"type": "Cortex::Action", "id": "write"}}
        assert what_lists_cannot_ask(body) == {}
