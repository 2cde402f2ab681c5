# SPDX-License-Identifier: Apache-2.0
"""Accounts of people with a role on the platform, as the code tells policies of them, switched off or not."""

from dataclasses import replace

import pytest

from cortex.identity.accounts import CHANGE_ADDRESS, account_as_resource
from cortex.identity.models import User
from cortex.policy.active import active_engine
from tests.factories.policies import engine_without
from tests.unit.cortex.policy.cases import OTHER, Case

REMOVE_FACTOR = "identity.second_factor.remove"
HELPED_AT_THE_CONSOLE = "people.holders_of_platform_roles_are_helped_at_the_console"
HELPED_BY_TWO = "people.members_are_helped_by_two"
ANYBODY, ADMINISTRATOR, REVIEWER = {}, {"is_superuser": True}, {"is_plugin_reviewer": True}


def helping(action: str, *, is_active: bool, marks: dict[str, bool], is_member: bool = False) -> Case:
    user = User(is_active=is_active, **marks)
    told = account_as_resource(user=user, is_member=is_member).attributes
    return Case(action, ("platform-admin",), about="Identity::Account", attributes={**told, "person": OTHER})


@pytest.mark.parametrize("action", [CHANGE_ADDRESS, REMOVE_FACTOR])
@pytest.mark.parametrize("is_active", [True, False], ids=["on", "off"])
class TestHelp:
    @pytest.mark.parametrize("marks", [ADMINISTRATOR, REVIEWER], ids=["administrator", "reviewer"])
    def test_is_for_the_console_where_a_role_is_held(
        self, action: str, is_active: bool, marks: dict[str, bool]
    ) -> None:
        case = helping(action, is_active=is_active, marks=marks)
        assert not active_engine().answer(case.question(active_engine())).is_allowed
        engine = engine_without(HELPED_AT_THE_CONSOLE)
        assert engine.answer(case.question(engine)).is_allowed

    def test_is_given_by_two_where_a_role_in_a_company_is_held(self, action: str, is_active: bool) -> None:
        case = helping(action, is_active=is_active, marks=ANYBODY, is_member=True)
        agreed = replace(case, context={"has_consent": True})
        answers = [active_engine().answer(each.question(active_engine())) for each in (case, agreed)]
        assert [answer.is_allowed for answer in answers] == [False, True]
        assert answers[0].policy_ids == (HELPED_BY_TWO,)

    def test_is_given_to_everybody_else(self, action: str, is_active: bool) -> None:
        case = helping(action, is_active=is_active, marks=ANYBODY)
        assert active_engine().answer(case.question(active_engine())).is_allowed
