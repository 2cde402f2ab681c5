# SPDX-License-Identifier: Apache-2.0
"""A plugin as who acts: actions that are open to it, and no others, whatever policies say."""

from uuid import UUID

import pytest

from apps.plugins.adapters.runtime.acting import plugin_acting_for
from apps.plugins.selectors.versions import manifest_of
from cortex.identity.actor_names import names_of_actors
from cortex.policy.active import ACTIVE, active_engine
from cortex.policy.engine import PolicyEngine
from cortex.ports.authorizer import Authorizer, Decision
from cortex.ports.principal import Principal, person_behind, plugin_behind, program_behind
from cortex.ports.registry import get
from tests.integration.apps.plugins.runtime.conftest import Scene

OPEN = {"accounting.books.read", "accounting.journal_entry.post", "approvals.proposal.propose"}


def acting(scene: Scene, *, within: frozenset[str] | None = None) -> Principal:
    row = scene.plugin.row
    return plugin_acting_for(
        user_id=scene.alice.id, manifest=manifest_of(row.version), granted=row.granted, within=within
    )


def decided(scene: Scene, principal: Principal, action: str) -> Decision:
    with scene.books.entered():
        return get(Authorizer).decide(principal=principal, action=action, company_id=scene.books.company_id)


class TestAPlugin:
    def test_may_ask_for_few_actions(self) -> None:
        declared = active_engine().schema_actions.values()
        assert {each.code for each in declared if each.is_open_to_plugins} == OPEN

    def test_is_let_into_nothing_else_by_policies_that_let_in_everybody(
        self, scene: Scene, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        # A version of people's own, from before there were plugins.
        everything = PolicyEngine(
            '@id("all") @title("All may do all") permit (principal, action, resource);', version=1
        )
        monkeypatch.setattr(ACTIVE, "engine", lambda: everything)
        plugin = acting(scene)
        for action in active_engine().schema_actions.values():
            decision = decided(scene, plugin, action.code)
            assert decision.is_allowed == (action.code in OPEN), action.code
        assert decided(scene, plugin, "approvals.proposal.approve").reason == "no plugin may do this"

    def test_has_the_scopes_and_grants_of_what_it_was_granted(self, scene: Scene) -> None:
        plugin = acting(scene)
        assert plugin.scopes == {"accounting:read", "accounting:write", "approvals:write"}
        assert "accounting.journal_entry#propose" in plugin.granted
        scene.plugin.change(granted=["data:accounting.account#read#code", "data:accounting.else#read#code"])
        assert (acting(scene).scopes, acting(scene).granted) == (
            {"accounting:read"},
            {"accounting.account#read"},
        )

    def test_has_no_more_scopes_than_the_token_that_asked(self, scene: Scene) -> None:
        assert acting(scene, within=frozenset({"accounting:read", "jobs:read"})).scopes == {"accounting:read"}

    def test_is_named_with_its_person(self, scene: Scene) -> None:
        urn = acting(scene).urn
        assert urn == f"plugin:com.example.worker:user:{scene.alice.id}"
        assert (plugin_behind(urn), person_behind(urn)) == ("com.example.worker", str(scene.alice.id))
        assert program_behind(urn) is None
        assert names_of_actors(urns=[urn]) == {urn: "Alice through com.example.worker (plugin)"}

    def test_of_another_person_is_another_actor(self, scene: Scene) -> None:
        other = Principal.plugin(
            plugin_id="com.example.worker", user_id=UUID(int=1), scopes=frozenset(), granted=frozenset()
        )
        assert other.urn != acting(scene).urn
