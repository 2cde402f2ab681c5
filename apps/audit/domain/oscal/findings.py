# SPDX-License-Identifier: Apache-2.0
"""Findings and risks: how each watched control stood at the end, and what is to be done about it."""

from collections.abc import Iterator, Sequence
from typing import Any

from apps.audit.domain.compliance.assessment import Assessment
from apps.audit.domain.compliance.posture import CheckStanding, ControlStanding, Granted, State
from apps.audit.domain.compliance.probe import Status, remedy_of, title_of
from apps.audit.domain.oscal.identifiers import id_of, prop
from apps.audit.domain.oscal.observations import observation_id, record_observation_id

# OSCAL knows two states; unknown is not satisfied, and so is what two persons let fail for a while.
_REASONS = {State.MET: "pass", State.NOT_MET: "fail", State.UNKNOWN: "other", State.EXCEPTED: "fail"}


def watched(assessment: Assessment) -> Sequence[ControlStanding]:
    """Return how the controls stood that checks watch, or of which a procedure was recorded."""
    return [each for each in assessment.posture.controls if each.state is not State.MANUAL]


def findings(assessment: Assessment, standings: Sequence[ControlStanding]) -> Iterator[dict[str, Any]]:
    """Yield one for each of these controls."""
    for standing in standings:
        yield _finding(assessment, standing)


def risks(assessment: Assessment, standings: Sequence[ControlStanding]) -> Iterator[dict[str, Any]]:
    """Yield one for each of these controls that is not met."""
    for standing in standings:
        if standing.state is not State.MET:
            yield _risk(assessment, standing)


def _finding(assessment: Assessment, standing: ControlStanding) -> dict[str, Any]:
    control, is_met = standing.control, standing.state is State.MET
    related = [
        {"observation-uuid": observation_id(each.seen.run_id, each.check.id)}
        for each in standing.checks
        if each.seen is not None
    ]
    related += [
        {"observation-uuid": record_observation_id(each.last.id)}
        for each in standing.by_hand
        if each.last is not None
    ]
    status = {"state": "satisfied" if is_met else "not-satisfied", "reason": _REASONS[standing.state]}
    return {
        "uuid": id_of("finding", assessment.pack_id, control.id),
        "title": f"{control.id} {control.title}",
        "description": control.description,
        "props": [
            prop("control", control.id),
            prop("state", standing.state.replace(" ", "-")),
            prop("owner", control.owner),
        ],
        "target": {"type": "objective-id", "target-id": control.id, "status": status},
        **({"related-observations": related} if related else {}),
        **({} if is_met else {"related-risks": [{"risk-uuid": _risk_id(assessment, control.id)}]}),
    }


def _risk(assessment: Assessment, standing: ControlStanding) -> dict[str, Any]:
    control, granted = standing.control, standing.exceptions
    told = [f"{each.check.id}: {each.reason}" for each in standing.checks if each.status is not Status.PASS]
    told += [
        f"{each.procedure.id}: {each.reason}" for each in standing.by_hand if each.status is not Status.PASS
    ]
    is_excepted = standing.state is State.EXCEPTED
    remedies = [_remedy(assessment, control.id, each) for each in standing.checks if _needs_a_remedy(each)]
    return {
        "uuid": _risk_id(assessment, control.id),
        "title": f"{control.id} is {standing.state}",
        "description": "\n".join([*told, *map(_exception_told, granted)]),
        "statement": f"{control.title}: {control.description}",
        "props": [prop("control", control.id), *(prop("exception", str(each.id)) for each in granted)],
        "status": "deviation-approved" if is_excepted else "open",
        **({"remediations": remedies} if remedies else {}),
    }


def _needs_a_remedy(standing: CheckStanding) -> bool:
    return standing.status is not Status.PASS and bool(remedy_of(standing.check.probe))


def _remedy(assessment: Assessment, control_id: str, standing: CheckStanding) -> dict[str, Any]:
    return {
        "uuid": id_of("remedy", assessment.pack_id, control_id, standing.check.id),
        "lifecycle": "recommendation",
        "title": title_of(standing.check.probe),
        "description": remedy_of(standing.check.probe),
    }


def _exception_told(granted: Granted) -> str:
    return f"Excepted until {granted.ends_date} (that day not included): {granted.reason}"


def _risk_id(assessment: Assessment, control_id: str) -> str:
    return id_of("risk", assessment.pack_id, control_id)
