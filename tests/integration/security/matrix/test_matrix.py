# SPDX-License-Identifier: Apache-2.0
"""Each role signs in and calls everything: what lets it in is what the file says, which people write."""

from collections.abc import Iterator

import pytest

from cortex.container.override import override
from cortex.policy.active import active_engine
from cortex.ports.clock import Clock
from tests.factories.clocks import StoppedClock
from tests.frame.measuring import unmeasured
from tests.integration.security.matrix.call import Call
from tests.integration.security.matrix.calls import calls
from tests.integration.security.matrix.cast import ROLES, Stage
from tests.integration.security.matrix.cells import Cell, cell, differences, is_missed
from tests.integration.security.matrix.elsewhere import missed_elsewhere
from tests.integration.security.matrix.expectations import expected
from tests.integration.security.matrix.own_account import (
    calls_of_ones_own,
    calls_of_the_site,
    unvisited,
)
from tests.integration.security.matrix.programs import calls_of_programs, unasked

pytestmark = [pytest.mark.slow, pytest.mark.no_cover]
WAY_ON = "Write a line for it in expected_access.yaml, or a situation in expected_situations.yaml."


def all_calls(stage: Stage) -> list[Call]:
    return [*calls_of_programs(stage), *calls_of_ones_own(), *calls_of_the_site(), *calls(stage)]


@pytest.fixture(scope="module")
def matrix(stage: Stage) -> Iterator[list[Cell]]:
    """Give every call of every role; what answers no such method is left out.

    The clock stands: a sign-in is fresh for minutes, and on a slow machine all the calls take longer.
    """
    with unmeasured(), override(Clock, StoppedClock(stage.set_at)):
        made = all_calls(stage)
        found = [cell(call, role, stage) for call in made for role in ROLES]
        nothing = {each.call.name for each in found if each.outcome == ""}
        # Whoever may not be there is turned away first; what somebody can do there is a method like others.
        nothing -= {each.call.name for each in found if each.outcome not in ("", "out")}
        yield [each for each in found if each.call.name not in nothing]


class TestMatrix:
    def test_leaves_out_no_door_of_programs(self, stage: Stage) -> None:
        assert unasked(stage) == set()

    def test_leaves_out_no_route_that_nobody_named(self, stage: Stage) -> None:
        assert unvisited(all_calls(stage)) == set()

    def test_is_what_the_file_says(self, matrix: list[Cell]) -> None:
        found = differences(expected(), matrix)
        assert found == [], "\n".join(found)

    def test_misses_every_policy_that_is_taken_away(self, matrix: list[Cell], stage: Stage) -> None:
        tried = set(active_engine().policies) - missed_elsewhere()
        unmissed = sorted(name for name in tried if not is_missed(name, matrix, stage))
        assert unmissed == [], "\n".join((*unmissed, WAY_ON))
