# SPDX-License-Identifier: Apache-2.0
"""One thing is otherwise: who gets in then is what the file says, and each of its policies is needed."""

import re
from dataclasses import dataclass

import pytest

from cortex.policy.active import active_engine
from cortex.policy.routes import all_routes
from tests.architecture.test_asking import named_actions
from tests.factories.policies import without
from tests.frame.measuring import unmeasured
from tests.integration.security.matrix import (
    of_companies,
    of_emergencies,
    of_packs,
    of_people,
    of_tokens,
)
from tests.integration.security.matrix.cast import Stage, signed_in_anew
from tests.integration.security.matrix.cells import cell, differences, is_missed
from tests.integration.security.matrix.elsewhere import missed_elsewhere
from tests.integration.security.matrix.situations import MAKERS, Situation, told_situations
from tests.integration.security.matrix.unreached import OF_ONES_OWN, OF_PLUGINS, TO_COME
from tests.unit.cortex.policy.test_duties import CASES, RIGHTS

pytestmark = pytest.mark.slow
ACTION = re.compile(r'Cortex::Action::"([a-z_.]+)"')
ROOMS = (of_companies, of_emergencies, of_packs, of_people, of_tokens)


@dataclass(frozen=True)
class Found:
    """What became of the calls of one situation, and which of its policies nobody missed."""

    differing: list[str]
    unmissed: list[str]


@pytest.fixture(scope="module")
def fresh(stage: Stage) -> Stage:
    """Return the stage on which everybody signed in just now, however long the matrix before took."""
    return signed_in_anew(stage)


@pytest.fixture(params=told_situations(), ids=lambda told: told.name, scope="module")
def found(request: pytest.FixtureRequest, fresh: Stage) -> Found:
    """Return what is found in each situation, which is made once."""
    told: Situation = request.param
    with unmeasured(), told.on(fresh) as otherwise:
        cells = [cell(call, role, otherwise) for call in told.calls(otherwise) for role in told.asked]
        unmissed = [name for name in sorted(told.policies) if not is_missed(name, cells, otherwise)]
    return Found(differences(dict(told.doors), cells), unmissed)


class TestSituation:
    def test_is_what_the_file_says(self, found: Found) -> None:
        assert found.differing == [], "\n".join(found.differing)

    def test_misses_each_of_its_policies(self, found: Found) -> None:
        assert found.unmissed == [], "\n".join(found.unmissed)


class TestFile:
    def test_names_the_situations_that_are_made(self) -> None:
        assert {told.name for told in told_situations()} == set(MAKERS)

    def test_names_policies_that_there_are(self) -> None:
        assert missed_elsewhere() <= set(active_engine().policies)

    def test_leaves_to_come_what_no_door_asks_for(self) -> None:
        known = active_engine().policies
        named = {action for name in TO_COME for action in ACTION.findall(known[name].text)}
        of_routes = {
            action
            for route in all_routes()
            if route.declaration is not None
            for action in (route.declaration.actions or {}).values()
        }
        assert "accounting.bill.approve" in named
        assert named & ({action for _door, action in named_actions()} | of_routes) == set()

    def test_leaves_what_is_to_come_to_a_case_of_the_engine(self) -> None:
        cases = {**CASES, **RIGHTS}
        answered = {}
        for policy, name in {**TO_COME, **OF_ONES_OWN, **OF_PLUGINS}.items():
            with without(policy):
                case, expected = cases[name]
                question = case.question(active_engine())
                answered[policy] = active_engine().answer(question).is_allowed == expected
        assert answered == dict.fromkeys([*TO_COME, *OF_ONES_OWN, *OF_PLUGINS], False)
