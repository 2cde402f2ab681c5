# SPDX-License-Identifier: Apache-2.0
"""Observations: each result of each run, with where its evidence lies and which digest that has."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

from apps.audit.domain.compliance.assessment import Assessment
from apps.audit.domain.compliance.instants import instant_text
from apps.audit.domain.compliance.run_document import KeptResult, KeptRun
from apps.audit.domain.oscal.identifiers import id_of, prop

# Whether the evidence with this text goes along.
IsShown = Callable[[str], bool]


def observations(assessment: Assessment, *, is_shown: IsShown) -> Iterator[dict[str, Any]]:
    """Yield one for each result, in the order of the log."""
    for run in assessment.runs:
        for result in sorted(run.kept.results, key=lambda each: each.check_id):
            yield _observation(run.kept, result, is_shown(result.evidence))


def observation_id(run_id: UUID, check_id: str) -> str:
    """Return the id of what a check of a run saw."""
    return id_of("observation", run_id, check_id)


def _observation(run: KeptRun, result: KeptResult, is_shown: bool) -> dict[str, Any]:
    evidence = {
        "href": f"../compliance/evidence/{result.digest}.json",
        "description": "What the probe saw, in the exact bytes that were hashed.",
    }
    return {
        "uuid": observation_id(run.id, result.check_id),
        "title": result.check_id,
        "description": result.reason or "It gave no reason.",
        "props": [
            prop("run", str(run.id)),
            prop("check", result.check_id),
            prop("probe", result.probe),
            prop("status", result.status),
            prop("evidence-sha256", result.digest),
        ],
        "methods": ["TEST"],
        "types": ["control-objective"],
        **({"relevant-evidence": [evidence]} if is_shown else {}),
        "collected": instant_text(result.checked_at),
    }
