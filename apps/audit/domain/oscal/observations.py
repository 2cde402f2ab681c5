# SPDX-License-Identifier: Apache-2.0
"""Observations: each result of each run, and each record of a procedure, with the digest of its evidence."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time
from typing import Any
from uuid import UUID

from apps.audit.domain.compliance.assessment import Assessment
from apps.audit.domain.compliance.by_hand import OUTCOMES, Performed, counts_until
from apps.audit.domain.compliance.instants import instant_text
from apps.audit.domain.compliance.pack import Procedure
from apps.audit.domain.compliance.run_document import KeptResult, KeptRun
from apps.audit.domain.oscal.identifiers import id_of, prop

# Whether the evidence with this text goes along.
IsShown = Callable[[str], bool]


def observations(assessment: Assessment, *, is_shown: IsShown) -> Iterator[dict[str, Any]]:
    """Yield one for each result, in the order of the log, and one for each record of a procedure."""
    for run in assessment.runs:
        for result in sorted(run.kept.results, key=lambda each: each.check_id):
            yield _observation(run.kept, result, is_shown(result.evidence))
    procedures = {each.id: each for each in assessment.pack.procedures}
    for record in sorted(assessment.performed, key=lambda each: (each.place, each.id)):
        yield _by_hand(record, procedures[record.procedure_id])


def observation_id(run_id: UUID, check_id: str) -> str:
    """Return the id of what a check of a run saw."""
    return id_of("observation", run_id, check_id)


def record_observation_id(record_id: UUID) -> str:
    """Return the id of what somebody did by hand."""
    return id_of("performed", record_id)


def _by_hand(record: Performed, procedure: Procedure) -> dict[str, Any]:
    evidence = record.evidence_sha256
    return {
        "uuid": record_observation_id(record.id),
        "title": procedure.title,
        "description": record.note,
        "props": [
            prop("record", str(record.id)),
            prop("procedure", record.procedure_id),
            prop("status", OUTCOMES[record.outcome]),
            *([prop("evidence-sha256", evidence)] if evidence else []),
        ],
        "methods": [record.method],
        "types": ["control-objective"],
        "collected": instant_text(datetime.combine(record.performed_date, time(), UTC)),
        "expires": instant_text(counts_until(procedure, record.performed_date)),
    }


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
