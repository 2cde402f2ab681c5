# SPDX-License-Identifier: Apache-2.0
"""P1: what a decision costs in the process: the engine by the number of policies, and the authorizer."""

import time
from collections.abc import Iterator

from bench.deciding import decided
from bench.filling import filler
from bench.report import table
from bench.timing import percentile
from cortex.policy.cedar import Question
from cortex.policy.engine import PolicyEngine

SIZES, WARM_UP, TIMES = (10, 100, 1_000), 200, 5_000
P99_MS_TARGET = 0.3
_WHAT = """A controller asks to post. Half of the policies name the group of the action, and each role has its
share of them; each looks at the situation, none decides. Each time somebody else asks, so that no answer is
remembered and the entities are read anew.
"""
_WHOLE = """`Authorizer.decide` with all that it does: who asks, with which roles and limits, in which
situation, and the program's own policies with their forbids, filled up to 100. Within one request, which
knows its people after the first question. A question that was asked before has its answer remembered; an
entry of another amount each time is a question that never was.
"""


def written() -> str:
    """Return the part as Markdown."""
    figures = {size: _measured(size) for size in SIZES}
    rows = [(f"{size:,}", f"{p50:.3f}", f"{p99:.3f}") for size, (p50, p99) in figures.items()]
    whole = decided()
    return "\n".join(
        [
            "## Decisions of the policies\n",
            _WHAT,
            table(("policies", "p50 ms", "p99 ms"), rows),
            _WHOLE,
            table(("question", "p50 ms", "p99 ms"), [each.row for each in whole]),
            table(
                ("target", "reached", ""),
                [
                    _verdict("the engine", figures[100][1]),
                    *(_verdict(each.name, each.p99_ms) for each in whole),
                ],
            ),
        ]
    )


def _verdict(name: str, reached: float) -> tuple[str, str, str]:
    verdict = "met" if reached < P99_MS_TARGET else "not met"
    return f"{name}: p99 < {P99_MS_TARGET} ms at 100 policies", f"{reached:.3f}", verdict


def _measured(size: int) -> tuple[float, float]:
    engine = PolicyEngine(_text(size), version=1)
    for place in range(WARM_UP):
        engine.answer(_question(f"early-{place}"))
    latencies = list(_latencies(engine))
    return percentile(latencies, 0.5), percentile(latencies, 0.99)


def _latencies(engine: PolicyEngine) -> Iterator[float]:
    for place in range(TIMES):
        question = _question(f"person-{place}")
        begun = time.perf_counter()
        answer = engine.answer(question)
        yield (time.perf_counter() - begun) * 1_000
        if not answer.is_allowed:
            raise SystemExit(f"The decision was a no: {answer}.")


def _text(size: int) -> str:
    permit = """@id("bench.permit") @title("Controllers post") permit (
      principal in Cortex::Role::"controller",
      action == Cortex::Action::"accounting.journal_entry.post", resource);"""
    return "\n".join([permit, *(filler(place) for place in range(size - 1))])


def _question(name: str) -> Question:
    person, company = {"type": "Cortex::User", "id": name}, {"type": "Cortex::Company", "id": "demo"}
    controller = {"type": "Cortex::Role", "id": "controller"}
    return Question(
        principal=person,
        action="accounting.journal_entry.post",
        resource=company,
        entities=[
            {"uid": person, "attrs": {}, "parents": [controller]},
            {"uid": company, "attrs": {"requires_second_person": False}, "parents": []},
        ],
        context={
            "scope": "accounting:write",
            "company_is_active": True,
            "has_second_factor": True,
            "is_fresh": True,
            "has_consent": False,
            "is_break_glass": False,
        },
    )
