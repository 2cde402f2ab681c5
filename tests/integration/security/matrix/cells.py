# SPDX-License-Identifier: Apache-2.0
"""One call of one role: what becomes of it, which policies spoke, and whether one of them was needed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from cortex.policy.engine import PolicyEngine
from tests.factories.policies import without
from tests.integration.security.matrix.call import Call
from tests.integration.security.matrix.cast import Stage
from tests.integration.security.matrix.outcomes import outcome


@dataclass(frozen=True, slots=True)
class Cell:
    """What became of a call of one role, and the policies that were heard deciding."""

    call: Call
    role: str
    outcome: str
    # In the order in which they were first heard: the page's own question comes before those of its links.
    policies: tuple[str, ...]


def cell(call: Call, role: str, stage: Stage) -> Cell:
    """Make the call, and listen to the policies meanwhile."""
    heard: dict[str, None] = {}
    answered = PolicyEngine.answer

    def listening(engine: PolicyEngine, *question: Any, **more: Any) -> Any:
        # Also what would be answered if a need were met: who may propose is let in by that.
        said = answered(engine, *question, **more)
        heard.update(dict.fromkeys(said.policy_ids))
        return said

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(PolicyEngine, "answer", listening)
        answer = call.made_by(stage.who[role], stage)
    return Cell(call, role, outcome(call, answer, refusal=stage.refusal), tuple(heard))


def is_missed(name: str, cells: Sequence[Cell], stage: Stage) -> bool:
    """Tell whether some call turns out otherwise without this policy, of those in which it was heard."""
    heard = [each for each in cells if name in each.policies]
    # First those that it speaks to before others do, and to which few others do.
    heard.sort(key=lambda each: (each.policies.index(name), len(each.policies), each.call.path))
    with without(name):
        return any(cell(each.call, each.role, stage).outcome != each.outcome for each in heard)


def differences(told: dict[str, dict[str, str]], found: Sequence[Cell]) -> list[str]:
    """Return, as sentences, what a file says and the program does not do, and the other way round."""
    got: dict[str, dict[str, str]] = {}
    for each in found:
        got.setdefault(each.call.name, {})[each.role] = each.outcome
    lines = [f"{name}: no line of the file" for name in got if name not in told]
    lines += [f"{name}: no such door" for name in told if name not in got]
    for name in got.keys() & told.keys():
        lines += [
            f"{name}: {role} expected {told[name][role]}, got {outcome}"
            for role, outcome in got[name].items()
            if told[name][role] != outcome
        ]
    return sorted(lines)
