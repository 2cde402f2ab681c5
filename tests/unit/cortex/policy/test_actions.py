# SPDX-License-Identifier: Apache-2.0
"""Declarations of actions are strict, and there is no wildcard. Who may do them is no business of theirs."""

from dataclasses import replace

import pytest

from cortex.policy import actions
from cortex.policy.actions import (
    Action,
    ActionMustBeDeclared,
    ActionMustBeWellFormed,
    declare,
    declared_action,
    declared_actions,
    declared_scopes,
)

READ = Action("testing.note.read", "Read a note", "testing:read")


@pytest.fixture(autouse=True)
def own_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "_declared", {})


class TestDeclare:
    def test_makes_an_action_known(self) -> None:
        declare(READ)
        assert declared_action("testing.note.read") is READ
        assert declared_actions() == [READ]

    def test_is_the_same_when_repeated(self) -> None:
        declare(READ)
        declare(replace(READ))
        assert declared_actions() == [READ]

    def test_refuses_two_that_differ(self) -> None:
        declare(READ)
        with pytest.raises(ActionMustBeWellFormed):
            declare(replace(READ, title="Peek at a note"))
        assert declared_actions() == [READ]

    @pytest.mark.parametrize(
        "action",
        [
            replace(READ, code="read"),
            replace(READ, code="Testing.Note.Read"),
            replace(READ, code="testing.*"),
            replace(READ, scope="*"),
            replace(READ, scope="testing:delete"),
            replace(READ, resources=frozenset({"*"})),
            replace(READ, resources=frozenset({"Note"})),
        ],
    )
    def test_refuses_what_is_not_well_formed(self, action: Action) -> None:
        with pytest.raises(ActionMustBeWellFormed):
            declare(action)
        assert declared_actions() == []


class TestDeclaredAction:
    def test_must_be_known(self) -> None:
        with pytest.raises(ActionMustBeDeclared):
            declared_action("testing.note.burn")

    def test_tells_reading_from_changing(self) -> None:
        assert READ.is_read
        assert not replace(READ, scope="testing:write").is_read
        assert not replace(READ, scope="schemas").is_read

    def test_puts_each_into_the_group_that_policies_name(self) -> None:
        assert (READ.group, replace(READ, scope="testing:write").group) == ("read", "write")
        look = replace(READ, code="schemas.subject.read", scope="schemas")
        assert (look.group, replace(look, code="schemas.subject.delete").group) == ("read", "write")

    def test_tells_what_belongs_to_no_company(self) -> None:
        assert not READ.is_of_the_platform
        assert replace(READ, scope="schemas").is_of_the_platform
        assert replace(READ, scope="platform:write").is_of_the_platform

    def test_gives_the_scopes_for_tokens(self) -> None:
        declare(READ, replace(READ, code="testing.note.write", scope="testing:write"))
        assert list(declared_scopes()) == ["testing:read", "testing:write"]
