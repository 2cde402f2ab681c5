# SPDX-License-Identifier: Apache-2.0
"""The engine says yes only to what it understood wholly, and a slice answers as the whole does."""

from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from cortex.policy import engine as engine_module
from cortex.policy.active import active_engine
from cortex.policy.cedar import Answer, Question, WrittenQuestion, ask
from cortex.policy.engine import REMEMBERED_CHARACTERS_MAX, PolicyEngine
from cortex.policy.errors import PoliciesMustBeReadable, PoliciesMustBeValid
from cortex.policy.roles import ROLES

READ, POST = "accounting.books.read", "accounting.journal_entry.post"
COMPANY = {"type": "Cortex::Company", "id": "demo"}
NOTES = '@id("test.rule") @title("A rule of a test")'
PERMIT_ALL = '@id("test.all") @title("Everybody may do everything") permit (principal, action, resource);'


def question(*roles: str, action: str = POST, kind: str = "User", **context: object) -> Question:
    asker = {"type": f"Cortex::{kind}", "id": "alice"}
    attributes = {"Client": {"scopes": ["accounting:write"], "requires_certificate": False}}.get(kind, {})
    parents = [{"type": "Cortex::Role", "id": role} for role in roles]
    return Question(
        principal=asker,
        action=action,
        resource=COMPANY,
        entities=[
            {"uid": asker, "attrs": attributes, "parents": parents},
            {"uid": COMPANY, "attrs": {"requires_second_person": False}, "parents": []},
        ],
        context={
            "scope": "accounting:write",
            "company_is_active": True,
            "has_second_factor": False,
            "is_fresh": False,
            "has_consent": False,
            "is_break_glass": False,
            **context,
        },
    )


def engine(text: str) -> PolicyEngine:
    return PolicyEngine(text, version=7)


class TestAnswer:
    def test_is_no_without_policies(self) -> None:
        assert not engine("").answer(question("controller")).is_allowed

    def test_names_the_permits_of_a_yes(self) -> None:
        answer = engine(PERMIT_ALL).answer(question())
        assert (answer.is_allowed, answer.policy_ids, answer.errors) == (True, ("test.all",), ())

    def test_names_the_forbids_of_a_no(self) -> None:
        text = f'{PERMIT_ALL} {NOTES} forbid (principal, action in Cortex::Action::"write", resource);'
        answer = engine(text).answer(question("controller"))
        assert (answer.is_allowed, answer.policy_ids) == (False, ("test.rule",))

    def test_resolves_the_groups_of_actions(self) -> None:
        """Without a schema at request time the forbid would never match, and the answer would be yes."""
        group = 'Cortex::Action::"accounting:write"'
        text = f"{PERMIT_ALL} {NOTES} forbid (principal, action in {group}, resource);"
        assert not engine(text).answer(question("controller")).is_allowed
        assert engine(text).answer(question("controller", action=READ, scope="accounting:read")).is_allowed

    def test_is_no_when_a_forbid_fails(self) -> None:
        """The library skips a policy that fails, so the permit would win."""
        overflow = "when { 9223372036854775807 + (if context.is_fresh then 1 else 1) > 0 }"
        answer = engine(f"{PERMIT_ALL} {NOTES} forbid (principal, action, resource) {overflow};").answer(
            question()
        )
        assert not answer.is_allowed
        assert answer.errors != ()

    def test_is_no_when_another_permit_fails(self) -> None:
        overflow = "when { 9223372036854775807 + (if context.is_fresh then 1 else 1) > 0 }"
        text = f"{PERMIT_ALL} {NOTES} permit (principal, action, resource) {overflow};"
        assert not engine(text).answer(question()).is_allowed

    def test_is_no_about_an_object_that_was_not_given(self) -> None:
        """A permit that never looks at the object would allow it."""
        asked = question("controller")
        assert not engine(PERMIT_ALL).answer(replace(asked, entities=asked.entities[:1])).is_allowed

    def test_is_no_for_an_action_that_nobody_declared(self) -> None:
        assert not engine(PERMIT_ALL).answer(question(action="accounting.books.burn")).is_allowed

    @pytest.mark.parametrize("context", [{"is_fresh": "yes"}, {"moon": "full"}])
    def test_is_no_in_a_situation_that_the_schema_does_not_know(self, context: dict[str, object]) -> None:
        assert not engine(PERMIT_ALL).answer(question(**context)).is_allowed

    def test_is_no_in_a_situation_with_a_gap(self) -> None:
        asked = question()
        gap = {name: value for name, value in asked.context.items() if name != "is_fresh"}
        assert not engine(PERMIT_ALL).answer(replace(asked, context=gap)).is_allowed

    def test_is_no_for_a_role_that_does_not_exist(self) -> None:
        assert not engine(PERMIT_ALL).answer(question("contoller")).is_allowed

    def test_is_no_about_an_object_without_an_attribute_that_its_type_has(self) -> None:
        asked = question()
        bare = {"uid": COMPANY, "attrs": {}, "parents": []}
        assert not engine(PERMIT_ALL).answer(replace(asked, entities=[asked.entities[0], bare])).is_allowed

    @pytest.mark.parametrize("kind", ["User", "Client", "Service"])
    def test_of_the_slice_is_that_of_the_whole(self, kind: str) -> None:
        default = active_engine()
        for action, fresh, active in product(default.schema_actions, (True, False), (True, False)):
            for roles in [(), *((role,) for role in ROLES), ("auditor", "accountant")]:
                held = () if kind == "Service" else roles
                scope = default.schema_actions[action].scope
                asked = question(
                    *held, action=action, kind=kind, scope=scope, is_fresh=fresh, company_is_active=active
                )
                if default.schema_actions[action].is_of_the_platform:
                    place = {"type": "Cortex::Platform", "id": "platform"}
                    entities = [asked.entities[0], {"uid": place, "attrs": {}, "parents": []}]
                    asked = replace(asked, resource=place, entities=entities)
                assert default.answer(asked) == default.answer_of_the_whole(asked)


class TestText:
    @pytest.mark.parametrize(
        "text",
        [
            "permit (principal, action);",
            "permit (principal, action, resource);",
            '@id("Test") @title("A rule") permit (principal, action, resource);',
            '@id("test.rule") permit (principal, action, resource);',
            '@id("test.rule") @title(" ") permit (principal, action, resource);',
            f"{PERMIT_ALL} {PERMIT_ALL}",
            f'{NOTES} @requires("coffee") forbid (principal, action, resource);',
            f'{NOTES} @requires("approval") permit (principal, action, resource);',
            f"{NOTES} permit (principal == ?principal, action, resource);",
            f"// {'x' * 300_000}",
        ],
    )
    def test_must_be_readable(self, text: str) -> None:
        with pytest.raises(PoliciesMustBeReadable):
            engine(text)

    @pytest.mark.parametrize(
        "head",
        [
            'principal in Cortex::Role::"contoller", action, resource',
            'principal in Cortex::Rolle::"controller", action, resource',
            'principal, action == Cortex::Action::"accounting.books.burn", resource',
            "principal, action, resource is Accounting::Moon",
        ],
    )
    def test_must_speak_of_what_exists(self, head: str) -> None:
        with pytest.raises(PoliciesMustBeValid) as refusal:
            engine(f"{NOTES} permit ({head});")
        assert refusal.value.evidence["object"] == "test.rule"

    @pytest.mark.parametrize(
        "condition",
        ["context.mooon", "resource.mood == 1", 'context.certificate == "x"', "context.is_fresh == 1"],
    )
    def test_must_use_attributes_as_the_schema_says(self, condition: str) -> None:
        with pytest.raises(PoliciesMustBeValid):
            engine(f"{NOTES} permit (principal, action, resource) when {{ {condition} }};")

    def test_of_a_policy_is_given_back(self) -> None:
        (policy,) = engine(
            f'{NOTES} permit (principal in Cortex::Role::"viewer", action, resource);'
        ).policies.values()
        assert '@title("A rule of a test")' in policy.text
        assert 'Cortex::Role::"viewer"' in policy.text


class TestMemory:
    """Answers are remembered, each for its own question alone."""

    TEXT = """
    @id("test.fresh") @title("Controllers do it just signed in")
    permit (principal in Cortex::Role::"controller", action, resource is Cortex::Company)
    when { context.is_fresh && !resource.requires_second_person };
    @id("test.alice") @title("Not Alice in an emergency")
    forbid (
      principal == Cortex::User::"alice", action == Cortex::Action::"accounting.journal_entry.post", resource
    )
    when { context.is_break_glass };
    """

    def test_mixes_up_no_two_questions(self) -> None:
        judge, asked = engine(self.TEXT), []
        for role, name, action, fresh, emergency, two in product(
            ("controller", "clerk"), ("alice", "bob"), (POST, READ), *([(False, True)] * 3)
        ):
            one = question(role, action=action, is_fresh=fresh, is_break_glass=emergency)
            person = {"type": "Cortex::User", "id": name}
            parents = [{"type": "Cortex::Role", "id": role}]
            entities = [
                {"uid": person, "attrs": {}, "parents": parents},
                {"uid": COMPANY, "attrs": {"requires_second_person": two}, "parents": []},
            ]
            asked.append(replace(one, principal=person, entities=entities))
        told = [[judge.answer(each) for each in asked] for _ in range(2)]
        assert told[0] == told[1] == [judge.answer_of_the_whole(each) for each in asked]
        assert {answer.is_allowed for answer in told[0]} == {True, False}

    def test_mixes_up_no_two_versions(self) -> None:
        """They share answers only where the policies that a question is put to are the same."""
        stricter = self.TEXT.replace("context.is_break_glass", "true")
        alice = {"type": "Cortex::User", "id": "alice"}
        asked = replace(
            question("controller", is_fresh=True),
            principal=alice,
            entities=[
                {"uid": alice, "attrs": {}, "parents": [{"type": "Cortex::Role", "id": "controller"}]},
                {"uid": COMPANY, "attrs": {"requires_second_person": False}, "parents": []},
            ],
        )
        before, after = engine(self.TEXT), engine(stricter)
        told = [version.answer(asked).is_allowed for version in (before, after, before, after)]
        assert told == [True, False, True, False]

    def test_spares_the_second_evaluation_and_holds_nothing_long(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        evaluated: list[WrittenQuestion] = []

        def counted(question: WrittenQuestion, **how: Any) -> Answer:
            evaluated.append(question)
            return ask(question, **how)

        monkeypatch.setattr("cortex.policy.engine.ask", counted)
        # Versions share it, those of other tests as well.
        engine_module._remembered.cache_clear()
        judge, short = engine(PERMIT_ALL), question("controller")
        long = question("controller", kind="Client")
        long.entities[0]["attrs"]["scopes"] = ["x" * REMEMBERED_CHARACTERS_MAX]  # type: ignore[index]
        assert [judge.answer(each).is_allowed for each in (short, short, long, long)] == [True] * 4
        assert len(evaluated) == 3
