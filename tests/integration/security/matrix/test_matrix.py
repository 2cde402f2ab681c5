# SPDX-License-Identifier: Apache-2.0
"""Each role signs in and calls everything: what lets it in is what the file says, which people write."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from cortex.policy import authorizer
from cortex.policy.active import ACTIVE, active_engine
from cortex.policy.engine import PolicyEngine
from tests.frame import clones
from tests.frame.server import server
from tests.integration.security.matrix.calls import Call, calls, expected, outcome
from tests.integration.security.matrix.cast import ROLES, Stage, set_stage
from tests.integration.security.matrix.unreached import UNREACHED

pytestmark = pytest.mark.slow


@dataclass(frozen=True, slots=True)
class Cell:
    """What became of a call of one role, and the policies that were heard deciding."""

    call: Call
    role: str
    outcome: str
    # In the order in which they were first heard: the page's own question comes before those of its links.
    policies: tuple[str, ...]


@pytest.fixture(scope="module")
def stage(
    django_db_setup: None, database_template: str, django_db_blocker: DjangoDbBlocker
) -> Iterator[Stage]:
    """Return the company in a database of this module's own."""
    with (
        django_db_blocker.unblock(),
        clones.clone(server(), template=database_template) as own,
        override_settings(PUBLIC_URL="https://books.example"),
    ):
        yield set_stage(own)


def cell(call: Call, role: str, stage: Stage) -> Cell:
    """Make the call, and listen to the policies meanwhile."""
    heard: dict[str, None] = {}
    judged = authorizer._judged

    def listening(*question: Any, **more: Any) -> Any:
        made = judged(*question, **more)
        heard.update(dict.fromkeys(made.decision.policy_ids))
        return made

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(authorizer, "_judged", listening)
        answer = call.made_by(stage.who[role], stage)
    return Cell(call, role, outcome(answer), tuple(heard))


@pytest.fixture(scope="module")
def matrix(stage: Stage) -> list[Cell]:
    """Return every call of every role; what answers no such method is left out."""
    found = [cell(call, role, stage) for call in list(calls(stage)) for role in ROLES]
    nothing = {each.call.name for each in found if each.outcome == ""}
    return [each for each in found if each.call.name not in nothing]


def by_name(cells: list[Cell]) -> Mapping[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for each in cells:
        found.setdefault(each.call.name, {})[each.role] = each.outcome
    return found


def differences(told: Mapping[str, dict[str, str]], found: Mapping[str, dict[str, str]]) -> list[str]:
    """Return, as sentences, what the file says and the program does not do, and the other way round."""
    lines = [f"{name}: no line of the file" for name in found if name not in told]
    lines += [f"{name}: no such door" for name in told if name not in found]
    for name in found.keys() & told.keys():
        lines += [
            f"{name}: {role} expected {told[name][role]}, got {got}"
            for role, got in found[name].items()
            if told[name][role] != got
        ]
    return sorted(lines)


class TestMatrix:
    def test_is_what_the_file_says(self, matrix: list[Cell]) -> None:
        found = differences(expected(), by_name(matrix))
        assert found == [], "\n".join(found)

    def test_misses_every_policy_that_is_taken_away(self, matrix: list[Cell], stage: Stage) -> None:
        whole = active_engine()
        tried = set(whole.policies) - set(UNREACHED)
        unmissed = sorted(name for name in tried if not _is_missed(name, whole, matrix, stage))
        assert unmissed == [], "\n".join(unmissed)

    def test_leaves_to_other_tests_what_no_role_alone_meets(self) -> None:
        # test_duties.py shows of every policy there is that some case of its own misses it.
        assert set(UNREACHED) <= set(active_engine().policies)


def _is_missed(name: str, whole: PolicyEngine, matrix: list[Cell], stage: Stage) -> bool:
    """Tell whether some call turns out otherwise without this policy, of those in which it was heard."""
    heard = [each for each in matrix if name in each.policies]
    # First those that it speaks to before others do, and to which few others do.
    heard.sort(key=lambda each: (each.policies.index(name), len(each.policies), each.call.path))
    rest = "\n".join(policy.text for policy in whole.policies.values() if policy.id != name)
    with pytest.MonkeyPatch.context() as patched:
        less = PolicyEngine(rest, version=whole.version)
        patched.setattr(ACTIVE, "engine", lambda: less)
        return any(cell(each.call, each.role, stage).outcome != each.outcome for each in heard)
