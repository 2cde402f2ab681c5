# SPDX-License-Identifier: Apache-2.0
"""Each role signs in and calls everything: what lets it in is what the file says, which people write."""

import pytest

from cortex.policy.active import active_engine
from tests.frame.measuring import unmeasured
from tests.integration.security.matrix.calls import calls, expected
from tests.integration.security.matrix.cast import ROLES, Stage
from tests.integration.security.matrix.cells import Cell, cell, differences, is_missed
from tests.integration.security.matrix.elsewhere import missed_elsewhere

pytestmark = [pytest.mark.slow, pytest.mark.no_cover]
WAY_ON = "Write a line for it in expected_access.yaml, or a situation in expected_situations.yaml."


@pytest.fixture(scope="module")
def matrix(stage: Stage) -> list[Cell]:
    """Return every call of every role; what answers no such method is left out."""
    with unmeasured():
        found = [cell(call, role, stage) for call in list(calls(stage)) for role in ROLES]
    nothing = {each.call.name for each in found if each.outcome == ""}
    return [each for each in found if each.call.name not in nothing]


class TestMatrix:
    def test_is_what_the_file_says(self, matrix: list[Cell]) -> None:
        found = differences(expected(), matrix)
        assert found == [], "\n".join(found)

    def test_misses_every_policy_that_is_taken_away(self, matrix: list[Cell], stage: Stage) -> None:
        tried = set(active_engine().policies) - missed_elsewhere()
        unmissed = sorted(name for name in tried if not is_missed(name, matrix, stage))
        assert unmissed == [], "\n".join((*unmissed, WAY_ON))
